#include "lint/suppressions.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A suppression gives no reason, so it suppresses nothing. Later readers must know whether it
still applies. The placeholder that editors insert, `say why this is meant`, does not count as a
reason.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE boot_verified=TRUE action=ALLOW # ipec: allow(duplicate-rule)
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE boot_verified=TRUE action=ALLOW # ipec: allow(duplicate-rule) shows what a generator makes
```
)";

void Check(Context& context) {
  for (const Suppression& comment : context.suppressions) {
    if (comment.unopened || comment.has_reason() || !comment.unknown_verb.empty()) continue;
    if (comment.reason.empty()) {
      context.Report(comment.where, "this suppression gives no reason, so it suppresses nothing");
    } else {
      context.Report(comment.where,
                     "this suppression suppresses nothing yet; replace `{}` with the reason",
                     kReasonToCome);
    }
  }
}

}  // namespace

extern const Body kSuppressionWithoutReason{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
