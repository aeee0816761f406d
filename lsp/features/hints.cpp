#include "lsp/features/hints.h"

#include <array>

#include <fmt/format.h>

#include "lint/rule.h"
#include "lsp/features/explain_statement.h"

namespace ipec::lsp {

using policy::Rule;
using policy::RuleId;

namespace {

// The tooltip of a rule that decides only some of its events; empty if no earlier rule can be
// named.
std::string PartTooltip(const Snapshot& snapshot, RuleId id) {
  if (const auto why = lint::WhyNever(snapshot.coverage(), id)) {
    return fmt::format("never matches: {}", *why);
  }
  const std::vector<RuleId> blockers = snapshot.reachability().BlockersOf(id);
  return blockers.empty() ? std::string() : "decided earlier by " + LinesOf(snapshot, blockers);
}

}  // namespace

std::vector<Hint> HintsIn(const Snapshot& snapshot, support::Span range,
                          const HintsWanted& wanted) {
  std::vector<Hint> hints;
  if (!wanted.numbers && !wanted.cases) return hints;
  const std::vector<Rule>& rules = snapshot.policy().rules;
  policy::OperationMap<std::size_t> numbers;
  for (std::uint32_t i = 0; i < rules.size();) {
    // The rules of one statement.
    std::uint32_t end = i;
    while (end < rules.size() && rules[end].statement.begin == rules[i].statement.begin) {
      ++numbers[rules[end].operation];
      ++end;
    }
    const support::Span statement = rules[i].statement;
    if (statement.begin > range.end) break;
    if (statement.end >= range.begin) {
      if (wanted.numbers && end - i == 1) {
        const std::size_t number = numbers[rules[i].operation];
        hints.push_back({statement.begin, fmt::format("{}.", number),
                         fmt::format("rule {} for {}", number, Name(rules[i].operation)), true});
      }
      if (wanted.cases) {
        analysis::Share sum;
        for (std::uint32_t j = i; j < end; ++j) {
          sum.matched += snapshot.shares().Of(RuleId{j}).matched;
          sum.decided += snapshot.shares().Of(RuleId{j}).decided;
        }
        hints.push_back(
            {statement.end, "decides " + CasesOf(sum), PartTooltip(snapshot, {i}), false});
      }
    }
    i = end;
  }
  return hints;
}

}  // namespace ipec::lsp
