#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule without properties allows every event of its operation that reaches it: any file, and
data without a file. If that is intended, write `DEFAULT op=… action=ALLOW` instead, where reviewers
look for it.

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
    const auto witness = context.reachability.WitnessOf(id);
    if (!witness) continue;
    Diagnostic& finding = context.Report(rule.operation, rule.statement,
                                         "this rule allows every {} event", Name(rule.operation));
    finding.AddNote(context.Decided(*witness, id));
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
