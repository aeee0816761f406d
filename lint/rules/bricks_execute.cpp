#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(Nothing may run: by its rules and its DEFAULT EXECUTE is denied throughout, or allowed only to what has a digest
that no volume and no file can have. A system with this policy, once it enforces, starts no further program, not even
the one that could load another policy.

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
  RuleId in_vain;
  for (const RuleId id : context.policy.rule_ids()) {
    const policy::Rule& rule = context.policy[id];
    if (rule.operation != kExecute || rule.action != policy::Action::Allow ||
        !context.reachability.Decides(id)) {
      continue;
    }
    if (WhyNever(context.coverage, id).empty()) return;
    if (!in_vain.valid()) in_vain = id;
  }
  // Where the DEFAULT would allow, what takes all from it.
  const RuleId by = denied ? RuleId() : context.DeciderOfUnnamed(kExecute, 0);
  Diagnostic& finding =
      context.Report(kExecute, context.StatementOf(by, kExecute),
                     "nothing may run: EXECUTE is denied, and no rule allows any of it");
  if (in_vain.valid()) {
    finding.AddNote("nothing has the digest that this rule asks for",
                    context.policy[in_vain].statement);
  }
}

}  // namespace

extern const Body kBricksExecute{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
