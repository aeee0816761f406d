#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A suppression was to hold until a day that is over (`until=2026-12-31`), or its date is none. It silences
nothing any more.

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
                     "`{}` is no date, so this silences nothing: write until=YYYY-MM-DD",
                     comment.until);
    } else if (comment.expired) {
      context.Report(comment.where, "this suppression expired on {}", comment.until);
    }
  }
}

}  // namespace

extern const Body kExpiredSuppression{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
