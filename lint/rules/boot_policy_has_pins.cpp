#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A policy that is built into a kernel (`boot-policies` under `[lint]` in `ipec.toml`) contains
a digest or relies on an fs-verity signature. A digest is known only after its volume or file was
built, so the kernel must be built after it. The keyring for fs-verity signatures is empty until a
program fills it.

```toml
[lint]
boot-policies = ["boot*.pol"]
```

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_signature=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  if (!context.IsBootPolicy()) return;
  for (const RuleId id : context.policy.rule_ids()) {
    if (!context.IsFirstOfStatement(id)) continue;
    const auto conditions = context.ConditionsOf(id);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if (conditions[i].digest.valid()) {
        context.Report(
            context.ConditionSpan(id, i),
            "a kernel with this policy must be built after the volume or file with this digest");
      } else if (conditions[i].property == policy::Property::FsveritySignature &&
                 conditions[i].expected && context.policy[id].action == policy::Action::Allow) {
        context.Report(
            context.ConditionSpan(id, i),
            "no key for fs-verity signatures is loaded at boot, so this rule does not match then");
      }
    }
  }
}

}  // namespace

extern const Body kBootPolicyHasPins{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
