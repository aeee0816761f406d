#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule never decides: earlier rules decide every event that it matches.

The kernel tries the rules of an operation in file order and uses the first one that matches.
Reviewers believe the later rule, but the kernel never reaches it. This is an error if the earlier
rules decide differently, because the policy then does not do what it says. The notes show the
earlier rules, each with an event that it decides.

Removing the rule is a safe fix: no decision and no audit record changes. Often it is better to move
the rule up. If a rule for an alias of several operations never decides for some of them, the fix
writes it out for the others.

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
  Diagnostic& finding = context.Report(rule.operation, rule.statement,
                                       "this rule for {} never decides: {}", Name(rule.operation),
                                       otherwise ? "earlier rules decide its events differently"
                                                 : "earlier rules decide its events the same way");
  finding.severity = otherwise ? Severity::Error : Severity::Warning;
  constexpr std::size_t kMostNotes = 4;
  for (std::size_t i = 0; i < blockers.size() && i < kMostNotes; ++i) {
    finding.AddNote(context.Decided(*context.reachability.WitnessOf(id, blockers[i]), blockers[i]),
                    context.policy[blockers[i]].statement);
  }
  if (whole_statement) {
    context.AddRemoval(finding, "remove the rule", rule.statement, true);
  } else if (auto edits = context.RemoveOperation(id); !edits.empty()) {
    finding.AddFix("keep the rule only for its other operations", std::move(edits), true);
  }
}

void Check(Context& context) {
  // never-matches reports rules that no event can match.
  const auto is_idle = [&](RuleId id) {
    return !context.reachability.Decides(id) &&
           context.reachability.WhyImpossible(id) == analysis::Impossible::No;
  };
  for (const policy::RuleIds statement : context.policy.Statements()) {
    const bool whole = std::all_of(statement.begin(), statement.end(), is_idle);
    for (const RuleId id : statement) {
      if (is_idle(id)) ReportRule(context, id, whole);
    }
  }
}

}  // namespace

extern const Body kUnreachableRule{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
