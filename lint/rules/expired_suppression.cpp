#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The expiry date of a suppression (`until=2026-12-31`) is in the past or malformed. It no
longer suppresses anything.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE boot_verified=TRUE action=ALLOW # ipec: allow(duplicate-rule) until=2020-01-31 being cleaned up
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  for (const Suppression& comment : context.suppressions) {
    if (comment.malformed_date) {
      context.Report(comment.where,
                     "`{}` is not a date, so this suppresses nothing; write `until=YYYY-MM-DD`",
                     comment.until);
    } else if (comment.expired) {
      context.Report(comment.where, "this suppression expired on {}", comment.until);
    }
  }
}

}  // namespace

extern const Body kExpiredSuppression{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
