#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule without properties allows every event of its operation that gets to it: files from anywhere and data
without a file. If that is meant, `DEFAULT op=… action=ALLOW` says so where readers look for it; the fix writes that.
Audit records name the DEFAULT then, so it is not applied unless asked for.

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
                                         "this rule allows every {}", Name(rule.operation));
    finding.AddNote(context.Decided(*witness, id));
    if (const auto& own = context.policy.DefaultOf(rule.operation)) {
      finding.AddNote("its DEFAULT never decides", own->statement);
    } else if (context.CouldBeDefault(id)) {
      finding.AddFix("make it a DEFAULT",
                     context.Replace({rule.statement.begin, rule.statement.begin}, "DEFAULT "));
    }
  }
}

}  // namespace

extern const Body kAllowAllOp{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
