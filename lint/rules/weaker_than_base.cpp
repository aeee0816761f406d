#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(Events that the base denied are now allowed. The base is what `--against` names; without
it, this rule reports nothing. The finding is at the statement that allows them now; its
notes name the statement that denied them, with an example for `ipec eval`. If a
reviewer agrees, suppress the finding at that statement with a reason, and remove the
comment after the next change.

The comparison is exact and by target: order, layout and comments make no difference.

```ipe base
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe bad
policy_name=demo policy_version=1.0.1
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE dmverity_signature=TRUE action=ALLOW
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

extern const Body kWeakerThanBase{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
