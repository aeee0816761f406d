#include "lsp/features/hints.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/pipeline/case_words.h"
#include "lint/rule.h"
#include "lsp/features/by_target.h"
#include "lsp/features/explain_statement.h"

namespace ipec::lsp {

using policy::Rule;
using policy::RuleId;

namespace {

// The cases that a statement decides, and the earlier rules that decide others of its events. Of
// several rules by an alias, only what the first one lacks; empty if it lacks nothing.
std::string CasesTooltip(const Snapshot& snapshot, policy::RuleIds rules) {
  const RuleId id = rules.front();
  if (const auto why = lint::WhyNever(snapshot.coverage(), id)) {
    return fmt::format("never matches: {}", *why);
  }
  const std::vector<RuleId> blockers = snapshot.reachability().BlockersOf(id);
  if (rules.size() > 1 || snapshot.shares().Of(id).decided == 0) {
    return blockers.empty() ? std::string() : "decided earlier by " + LinesOf(snapshot, blockers);
  }
  std::string words = pipeline::WordsFor(snapshot.shares().DecidedBy(snapshot.coverage(), id),
                                         snapshot.policy().semantics);
  if (blockers.empty()) return words;
  return fmt::format("{}; the others are decided earlier by {}", words,
                     LinesOf(snapshot, blockers));
}

// As the first target of the snapshot reads it.
std::vector<Hint> HintsForOne(const Snapshot& snapshot, support::Span range,
                              const HintsWanted& wanted) {
  std::vector<Hint> hints;
  if (!wanted.numbers && !wanted.cases) return hints;
  const policy::Policy& policy = snapshot.policy();
  policy::OperationMap<std::size_t> numbers;
  for (const policy::RuleIds rules : policy.Statements()) {
    for (const RuleId id : rules) ++numbers[policy[id].operation];
    const Rule& first = policy[rules.front()];
    if (first.statement.begin > range.end) break;
    if (first.statement.end < range.begin) continue;
    if (wanted.numbers && rules.size() == 1) {
      const std::size_t number = numbers[first.operation];
      hints.push_back({first.statement.begin, fmt::format("{}.", number),
                       fmt::format("rule {} for {}", number, Name(first.operation)), true});
    }
    if (wanted.cases) {
      analysis::Share sum;
      for (const RuleId id : rules) {
        sum.matched += snapshot.shares().Of(id).matched;
        sum.decided += snapshot.shares().Of(id).decided;
      }
      hints.push_back(
          {first.statement.end, "decides " + CasesOf(sum), CasesTooltip(snapshot, rules), false});
    }
  }
  return hints;
}

}  // namespace

std::vector<Hint> HintsIn(const Snapshot& snapshot, support::Span range,
                          const HintsWanted& wanted) {
  std::vector<Hint> hints = Together(
      snapshot, [&](const Snapshot& one) { return HintsForOne(one, range, wanted); },
      [](const Hint& hint) {
        return fmt::format("{} {} {}", hint.offset, hint.label, hint.tooltip);
      },
      [](Hint& hint, const std::string& names) { hint.label += " for " + names; });
  std::stable_sort(hints.begin(), hints.end(),
                   [](const Hint& a, const Hint& b) { return a.offset < b.offset; });
  return hints;
}

}  // namespace ipec::lsp
