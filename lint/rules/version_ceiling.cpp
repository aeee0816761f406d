#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A component of the version is 65535, the maximum. The next update must increase a component
before it; after 65535.65535.65535 no update is possible.

```ipe bad
policy_name=demo policy_version=1.0.65535
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  const policy::Version& version = context.policy.version;
  if (version.major != UINT16_MAX && version.minor != UINT16_MAX && version.revision != UINT16_MAX)
    return;
  context.Report(context.HeaderSpan("policy_version"),
                 "a component of the version has the maximum value, 65535");
}

}  // namespace

extern const Body kVersionCeiling{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
