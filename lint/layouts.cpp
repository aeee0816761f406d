#include "lint/layouts.h"

#include "compiler/pipeline/format_text.h"

namespace ipec::lint {

const format::Result& Layouts::Formatted() const {
  if (!formatted_) formatted_ = pipeline::FormatText(reading_, pipeline::StyleOf(config_));
  return *formatted_;
}

const format::Result& Layouts::Grouped() const {
  if (!grouped_) {
    format::Style style = pipeline::StyleOf(config_);
    style.sort_properties = false;
    style.group = true;
    grouped_ = pipeline::FormatText(reading_, style);
  }
  return *grouped_;
}

}  // namespace ipec::lint
