#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The global DEFAULT allows, so operations that a later kernel adds are allowed until the
policy has a rule for them. The kernel's documentation recommends this for compatibility. It is
reported on request, so that it is a conscious choice.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=ALLOW
DEFAULT op=EXECUTE action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  const auto& decides = context.policy.global_default;
  if (!decides || decides->action != policy::Action::Allow) return;
  context.Report(decides->statement, "operations that later kernels add are allowed by default");
}

}  // namespace

extern const Body kGlobalDefaultAllow{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
