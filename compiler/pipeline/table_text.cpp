#include "compiler/pipeline/table_text.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compiler/optimize/emit_text.h"
#include "compiler/pipeline/reading.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "compiler/table/read_back.h"
#include "ipec/runtime/policy.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::pipeline {
namespace {

// The lines of `emitted` at their places in the source.
std::string InPlace(const optimize::EmittedText& emitted, bool moved) {
  struct Line {
    std::uint32_t source;
    llvm::StringRef text;
  };
  std::vector<Line> lines;
  llvm::StringRef rest = emitted.text();
  for (std::size_t number = 1; number <= emitted.line_count(); ++number) {
    const auto [line, others] = rest.split('\n');
    rest = others;
    lines.push_back({emitted.SourcesOf(number).front(), line});
  }
  if (!moved) {
    // DEFAULTs have no order.
    std::stable_sort(lines.begin() + 1, lines.end(),
                     [](const Line& a, const Line& b) { return a.source < b.source; });
  }
  // Of a table that was not made by ipec, lines can be any numbers.
  constexpr std::uint32_t kMostLines = 10'000'000;
  std::string text;
  std::uint32_t next = 1;
  for (const Line& line : lines) {
    const std::uint32_t place = std::min(line.source, kMostLines);
    for (; next < place && !moved; ++next) text += '\n';
    text += line.text;
    text += '\n';
    ++next;
  }
  return text;
}

// Whether the rules of some operation are not in the order of their lines.
bool HasMoved(const policy::Policy& policy) {
  policy::OperationMap<std::uint32_t> last;
  return std::any_of(policy.rules.begin(), policy.rules.end(), [&](const policy::Rule& rule) {
    return std::exchange(last[rule.operation], rule.line) > rule.line;
  });
}

}  // namespace

llvm::Expected<TableText> ReadTableText(const support::SourceBuffer& table) {
  const auto error = [&](std::string_view why) {
    return support::ErrorOf(support::Quoted(support::Printable(table.name())) + ": " +
                            std::string(why));
  };
  runtime::Policy loaded;
  const runtime::LoadStatus status =
      runtime::Load(std::as_bytes(std::span(table.text().data(), table.text().size())), loaded);
  if (status != runtime::LoadStatus::Ok) return error(Describe(status));
  const targets::Target* target = targets::FindTarget(loaded.target());
  if (target == nullptr) {
    return error("the table is for the unknown target " +
                 support::Quoted(support::Abbreviated(loaded.target())));
  }
  policy::PropertySet missing;
  for (const runtime::Property property : runtime::kProperties) {
    if (!loaded.Knows(property)) missing.Add(property);
  }
  target = &target->Without(missing);
  llvm::Expected<policy::Policy> policy = table::ReadBack(loaded, *target);
  if (!policy) return error(llvm::toString(policy.takeError()));
  const optimize::EmittedText emitted =
      optimize::EmitText(*policy, *target, optimize::Writing::Plain);
  TableText result{support::SourceBuffer(table.name(), InPlace(emitted, HasMoved(*policy))),
                   target};
  // The table may have names that no text can have.
  const Reading reading(result.text, *target);
  if (!reading.first().accepted() ||
      CompareMeaning(*policy, reading.first()) != MeaningChange::None) {
    return error("the table has a policy that no text can have");
  }
  return result;
}

}  // namespace ipec::pipeline
