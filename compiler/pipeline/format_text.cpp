#include "compiler/pipeline/format_text.h"

namespace ipec::pipeline {

format::Style StyleOf(const Config& config) {
  format::Style style;
  style.align = config.format.align;
  style.sort_properties = config.format.sort_properties;
  return style;
}

format::Result FormatText(const Reading& reading, const format::Style& style) {
  format::Result result = format::Format(reading.first().document(), style);
  if (result.failure || result.text == reading.text()) return result;
  std::vector<const targets::Target*> targets;
  for (const TargetReading& view : reading.by_target()) targets.push_back(&view.target());
  const Reading after(support::SourceBuffer(reading.source().name(), result.text), targets);
  const MeaningChange change = CompareMeaning(reading, after);
  const bool same =
      change == MeaningChange::None || (change == MeaningChange::Records && style.sort_properties);
  if (!same) {
    result.failure = Describe(change);
    result.text = reading.text().str();
  }
  return result;
}

format::Result FormatText(const ClaimsReading& reading, format::Style style) {
  style.claims = true;
  format::Result result = format::Format(reading.first().document(), style);
  if (result.failure || result.text == reading.text()) return result;
  const ClaimsReading after(support::SourceBuffer(reading.source().name(), result.text),
                            reading.targets());
  if (!ClaimTheSame(reading, after)) {
    result.failure = "the claims would change";
    result.text = reading.text().str();
  }
  return result;
}

}  // namespace ipec::pipeline
