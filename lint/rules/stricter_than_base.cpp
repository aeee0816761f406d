#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(Events that the base allowed are now denied: programs, modules or other files that
loaded before no longer do. The base is what `--against` names; without it, this rule
reports nothing. The finding is at the statement that denies them now.

```ipe base
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe bad
policy_name=demo policy_version=1.0.1
DEFAULT action=DENY
op=KMODULE boot_verified=TRUE action=ALLOW
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

extern const Body kStricterThanBase{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
