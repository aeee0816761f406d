#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The version is 0.0.0. Updates still work, because they need a higher version. However, a
policy of equal version may become active in place of this one, and 0.0.0 is a common first version.

```ipe bad
policy_name=demo policy_version=0.0.0
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
  if (context.policy.version != policy::Version()) return;
  const Span header = context.HeaderSpan("policy_version");
  if (!header.empty())
    context.Report(header,
                   "version 0.0.0 lets any other policy become active in place of this one");
}

}  // namespace

extern const Body kZeroVersion{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
