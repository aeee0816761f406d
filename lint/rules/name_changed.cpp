#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The policy has another name than the base. The kernel answers EINVAL to an update of the
base with this policy: it can only be loaded as a new one beside it. The base is what
`--against` names; without it, this rule reports nothing.

```ipe base
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe bad
policy_name=demo2 policy_version=1.0.1
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE dmverity_signature=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.1
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE dmverity_signature=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  for (Diagnostic& finding : context.ReportChanges()) {
    finding.where = context.HeaderSpan("policy_name");
  }
}

}  // namespace

extern const Body kNameChanged{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
