#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The decision is the same as in the base, but another statement makes it. Audit records
quote the rule that decided, so programs that search records for its text find other
ones. The base is what `--against` names; without it, this rule reports nothing.

```ipe base
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe bad
policy_name=demo policy_version=1.0.1
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE dmverity_signature=FALSE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.1
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  context.ReportChanges();
}

}  // namespace

extern const Body kRecordedDifferently{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
