#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(Nothing may run: EXECUTE is denied by default, and no rule allows any of it, or only what has a digest that no
volume and no file can have. A system with this policy, once it enforces, starts no further program, not even
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
  const policy::Default* decides = context.DefaultFor(policy::Operation::Execute);
  if (decides == nullptr || decides->action != policy::Action::Deny) return;
  RuleId in_vain;
  for (const RuleId id : context.Rules()) {
    const policy::Rule& rule = context.policy[id];
    if (rule.operation != policy::Operation::Execute || rule.action != policy::Action::Allow ||
        !context.reachability.Decides(id)) {
      continue;
    }
    if (WhyNever(context.coverage, id).empty()) return;
    if (!in_vain.valid()) in_vain = id;
  }
  Diagnostic& finding = context.Report(
      decides->statement, "nothing may run: EXECUTE is denied, and no rule allows any of it");
  if (in_vain.valid()) {
    finding.AddNote("nothing has the digest that this rule asks for",
                    context.policy[in_vain].statement);
  }
}

}  // namespace

const Body kBricksExecute{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
