#include "lsp/features/explain_statement.h"

#include <fmt/format.h>

#include "compiler/pipeline/case_words.h"
#include "compiler/support/wording.h"
#include "lint/rule.h"
#include "lsp/features/by_target.h"

namespace ipec::lsp {
namespace {

using analysis::Share;
using policy::Operation;
using policy::RuleId;
using runtime::Name;

// The maximum number of blocking rules that are listed.
constexpr std::size_t kMostLines = 4;

// The number of the rule within its operation, and the number of its rules.
std::string NumberOf(const Snapshot& snapshot, RuleId id) {
  const Operation operation = snapshot.policy()[id].operation;
  std::size_t number = 0;
  std::size_t count = 0;
  for (const RuleId other : snapshot.policy().rule_ids()) {
    if (snapshot.policy()[other].operation != operation) continue;
    ++count;
    if (other == id) number = count;
  }
  return fmt::format("Rule {} of {} for {}", number, count, Name(operation));
}

// An event that each of the rules decides instead of this one.
std::string DescribeBlockers(const Snapshot& snapshot, RuleId id,
                             const std::vector<RuleId>& blockers) {
  std::string text;
  for (std::size_t i = 0; i < blockers.size() && i < kMostLines; ++i) {
    const auto witness = snapshot.reachability().WitnessOf(id, blockers[i]);
    if (!witness) continue;
    text += fmt::format("{}- {}\n", text.empty() ? "\n" : "",
                        lint::Decided(snapshot.policy(), *witness, blockers[i]));
  }
  return text;
}

std::string ExplainRule(const Snapshot& snapshot, RuleId id) {
  const policy::Rule& rule = snapshot.policy()[id];
  const analysis::Reachability& reachability = snapshot.reachability();
  const Share& share = snapshot.shares().Of(id);
  std::string text = fmt::format("**{}** – ", NumberOf(snapshot, id));
  if (const auto why = lint::WhyNever(snapshot.coverage(), id)) {
    return text + fmt::format("never matches: {}.\n", *why);
  }
  const std::vector<RuleId> blockers = reachability.BlockersOf(id);
  if (const auto witness = reachability.WitnessOf(id)) {
    text += fmt::format("{} {}: {}.\n", lint::Verb(rule.action), CasesOf(share),
                        pipeline::WordsFor(snapshot.shares().DecidedBy(snapshot.coverage(), id),
                                           *witness, snapshot.policy().semantics));
    if (!blockers.empty()) {
      text += fmt::format("\nEarlier rules decide the others: {}.\n", LinesOf(snapshot, blockers)) +
              DescribeBlockers(snapshot, id, blockers);
    } else if (share.decided < share.matched) {
      text += "\nEarlier rules for single digests decide the others.\n";
    }
    return text;
  }
  bool otherwise = false;
  for (const RuleId blocker : blockers) {
    otherwise = otherwise || snapshot.policy()[blocker].action != rule.action;
  }
  return text +
         fmt::format("never decides: earlier rules decide its events {}: {}.\n",
                     otherwise ? "differently" : "the same way", LinesOf(snapshot, blockers)) +
         DescribeBlockers(snapshot, id, blockers);
}

// The remaining cases of one operation.
std::string DescribeRemaining(const Snapshot& snapshot, Operation operation) {
  const auto witness = snapshot.reachability().WitnessOfDefault(operation);
  if (!witness) return fmt::format("- {}: nothing, rules decide all cases\n", Name(operation));
  const analysis::Shares& shares = snapshot.shares();
  return fmt::format("- {}, {}: {}\n", Name(operation), CasesOf(shares.OfDefault(operation)),
                     pipeline::WordsFor(shares.DecidedByDefault(snapshot.coverage(), operation),
                                        *witness, snapshot.policy().semantics));
}

std::string RejectionNote(const Snapshot& snapshot) {
  if (snapshot.accepted()) return {};
  return fmt::format("\n`{}` rejects this policy; this describes its well-formed statements.\n",
                     snapshot.target().name);
}

std::string ExplainRules(const Snapshot& snapshot, policy::RuleIds rules) {
  std::string text;
  for (const RuleId id : rules) text += (text.empty() ? "" : "\n") + ExplainRule(snapshot, id);
  return text + RejectionNote(snapshot);
}

std::string ExplainDefaults(const Snapshot& snapshot, const Defaults& defaults) {
  std::string text;
  std::vector<Operation> operations = defaults.operations;
  if (defaults.global) {
    const policy::OperationSet others = snapshot.policy().OperationsWithoutDefault();
    operations.insert(operations.end(), others.begin(), others.end());
    text = operations.empty()
               ? "**The global DEFAULT** – decides nothing, every operation has its own DEFAULT.\n"
               : "**The global DEFAULT** – decides what no rule matches:\n\n";
  } else {
    text = "**DEFAULT** – decides what no rule matches:\n\n";
  }
  for (const Operation operation : operations) text += DescribeRemaining(snapshot, operation);
  if (defaults.global && snapshot.target().Knows(Operation::Unknown)) {
    text += "\nIt also decides operations that the kernel has no name for.\n";
  }
  return text + RejectionNote(snapshot);
}

// As the first target of the snapshot reads it.
std::string ExplainForOne(const Snapshot& snapshot, support::Span statement) {
  const policy::RuleIds rules = snapshot.policy().RulesAt(statement.begin);
  if (!rules.empty()) return ExplainRules(snapshot, rules);
  const Defaults defaults = DefaultsAt(snapshot, statement);
  return defaults.empty() ? std::string() : ExplainDefaults(snapshot, defaults);
}

}  // namespace

std::string CasesOf(const Share& share) {
  return share.matched == share.decided && share.matched == 1
             ? std::string("the one case")
             : fmt::format("{} of {} cases", share.decided, share.matched);
}

std::string LinesOf(const Snapshot& snapshot, const std::vector<RuleId>& rules) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < rules.size() && i < kMostLines; ++i) {
    lines.push_back(std::to_string(snapshot.policy()[rules[i]].line));
  }
  const std::string_view head = rules.size() == 1 ? "line " : "lines ";
  if (rules.size() <= kMostLines) return fmt::format("{}{}", head, support::Listed(lines, "and"));
  return fmt::format("{}{} and {} more", head, support::Listed(lines), rules.size() - kMostLines);
}

std::string ExplainStatement(const Snapshot& snapshot, support::Span statement) {
  const auto all =
      ByTarget(snapshot, [&](const Snapshot& one) { return ExplainForOne(one, statement); });
  if (all.size() == 1) return all.front().answer;
  std::string text;
  for (const auto& one : all) {
    text += fmt::format("{}**For {}:**\n\n{}", text.empty() ? "" : "\n", support::Listed(one.names),
                        one.answer.empty() ? "It has no such statement.\n" : one.answer);
  }
  return text;
}

}  // namespace ipec::lsp
