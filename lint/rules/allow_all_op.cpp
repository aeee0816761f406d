#include "compiler/analysis/case_group.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule without properties allows every event of its operation that reaches it, and these
include unverified files. If that is intended, write `DEFAULT op=… action=ALLOW` instead, where
reviewers look for it. If earlier rules deny all unverified files, `catch-all-hides-default` reports
the rule instead.

The fix does this. Audit records then name the DEFAULT, so it is not a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=FIRMWARE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=FIRMWARE dmverity_signature=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  for (const RuleId id : context.policy.rule_ids()) {
    const policy::Rule& rule = context.policy[id];
    if (rule.action != policy::Action::Allow || !context.ConditionsOf(id).empty()) continue;
    const analysis::FactsSet allowed =
        context.DecidedUnnamed(rule.operation, id, analysis::kUnverified);
    if (allowed.empty()) continue;
    Diagnostic& finding =
        context.Report(rule.operation, rule.statement,
                       "this rule allows every {} event that reaches it", Name(rule.operation));
    finding.AddNote(context.Decided(rule.operation, allowed, id));
    if (const auto& own = context.policy.DefaultOf(rule.operation)) {
      finding.AddNote("this DEFAULT never decides", own->statement);
    } else if (context.CouldBeDefault(id)) {
      finding.AddFix("turn it into a DEFAULT",
                     context.Replace({rule.statement.begin, rule.statement.begin}, "DEFAULT "));
    }
  }
}

}  // namespace

extern const Body kAllowAllOp{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
