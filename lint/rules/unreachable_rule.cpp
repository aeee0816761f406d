#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule never decides: for every event it asks for, an earlier rule decides.

The kernel tries the rules of an operation in file order and takes the first that holds. Reviewers
believe what a later rule says; the kernel never gets to it. It is an error when the earlier rules decide
otherwise, because then the policy does not do what it says. The notes name the rules in
the way, each with an event that it takes.

Removing the rule is a safe fix: no decision and no audit record changes. Often the better repair is to
move it up. A rule that stands for several operations and never decides for some of them is written out for the
others.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE boot_verified=TRUE dmverity_signature=FALSE action=DENY
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE fsverity_signature=FALSE action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void ReportRule(Context& context, RuleId id, bool whole_statement) {
  const policy::Rule& rule = context.policy[id];
  const std::vector<RuleId> blockers = context.reachability.BlockersOf(id);
  const bool otherwise = std::any_of(blockers.begin(), blockers.end(), [&](RuleId blocker) {
    return context.policy[blocker].action != rule.action;
  });
  Diagnostic& finding = context.Report(
      rule.operation, rule.statement, "this rule for {} never decides: {}", Name(rule.operation),
      otherwise ? "earlier rules do, and not alike" : "earlier rules do, and alike");
  finding.severity = otherwise ? Severity::Error : Severity::Warning;
  constexpr std::size_t kMostNotes = 4;
  for (std::size_t i = 0; i < blockers.size() && i < kMostNotes; ++i) {
    finding.AddNote(context.Decided(*context.reachability.WitnessOf(id, blockers[i]), blockers[i]),
                    context.policy[blockers[i]].statement);
  }
  if (whole_statement) {
    context.AddRemoval(finding, "remove the rule", rule.statement, true);
  } else if (auto edits = context.RemoveOperation(id); !edits.empty()) {
    finding.AddFix("write the rule for its other operations only", std::move(edits), true);
  }
}

void Check(Context& context) {
  // What no event satisfies is never-matches' to say.
  const auto is_idle = [&](RuleId id) {
    return !context.reachability.Decides(id) &&
           context.reachability.WhyImpossible(id) == analysis::Impossible::No;
  };
  for (const Context::StatementRules statement : context.Statements()) {
    const bool whole = std::all_of(statement.begin(), statement.end(), is_idle);
    for (const RuleId id : statement) {
      if (is_idle(id)) ReportRule(context, id, whole);
    }
  }
}

}  // namespace

extern const Body kUnreachableRule{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
