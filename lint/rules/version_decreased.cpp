#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The version is lower than that of the base. The kernel answers an update with ESTALE,
and EINVAL when the policy is to become active in place of the base. The base is what
`--against` names; without it, this rule reports nothing.

```ipe base
policy_name=demo policy_version=1.0.1
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE dmverity_signature=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.2
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE dmverity_signature=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  for (Diagnostic& finding : context.ReportChanges()) {
    finding.where = context.HeaderSpan("policy_version");
  }
}

}  // namespace

extern const Body kVersionDecreased{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
