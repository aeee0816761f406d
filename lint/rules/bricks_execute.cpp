#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(No program can run: EXECUTE is always denied, or is allowed only for a digest that no volume
or file can have. A system that enforces this policy cannot start another program, not even one that
loads another policy.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=KMODULE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  constexpr policy::Operation kExecute = policy::Operation::Execute;
  const policy::Default* decides = context.policy.DefaultFor(kExecute);
  const bool denied = decides != nullptr && decides->action == policy::Action::Deny;
  if (!denied && context.reachability.ReachesDefault(kExecute)) return;
  RuleId never_matching;
  for (const RuleId id : context.policy.rule_ids()) {
    const policy::Rule& rule = context.policy[id];
    if (rule.operation != kExecute || rule.action != policy::Action::Allow ||
        !context.reachability.Decides(id)) {
      continue;
    }
    if (!WhyNever(context.coverage, id)) return;
    if (!never_matching.valid()) never_matching = id;
  }
  // If the DEFAULT allows, the rule that precludes it.
  const RuleId by = denied ? RuleId() : context.DeciderOfUnnamed(kExecute, 0);
  Diagnostic& finding = context.Report(kExecute, context.StatementOf(by, kExecute),
                                       "no program can run: EXECUTE is never allowed");
  if (never_matching.valid()) {
    finding.AddNote("no file or volume can have this digest",
                    context.policy[never_matching].statement);
  }
}

}  // namespace

extern const Body kBricksExecute{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
