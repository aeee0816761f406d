#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule trusts `boot_verified=TRUE` in a policy that is not marked as one for the time of boot. The property
stays true for whatever is written into the initramfs later: meant for a policy that another one replaces
once the system is up.

Policies for boot are marked in `ipec.toml`: `boot-policies = ["boot*.pol"]` under `[lint]`.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_signature=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  if (context.IsBootPolicy()) return;
  for (const RuleId id : context.Rules()) {
    if (context.policy[id].action != policy::Action::Allow || !context.IsFirstOfStatement(id))
      continue;
    const auto conditions = context.ConditionsOf(id);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if (conditions[i].property != policy::Property::BootVerified || !conditions[i].expected)
        continue;
      context.Report(
          context.ConditionSpan(id, i),
          "the initramfs can be written to after boot, and still counts as boot_verified");
      break;
    }
  }
}

}  // namespace

const Body kBootVerifiedAfterBoot{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
