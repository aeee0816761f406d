#include "lint/suppressions.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A suppression gives no reason, and so it silences nothing. Whoever reads it next year should know whether it
still holds. What an editor writes when it is asked to silence a finding, `say why this is meant`, stands for the
reason and is none.

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
      context.Report(comment.where, "this suppression gives no reason, so it silences nothing");
    } else {
      context.Report(comment.where,
                     "this suppression silences nothing yet: write why in place of `{}`",
                     kReasonToCome);
    }
  }
}

}  // namespace

extern const Body kSuppressionWithoutReason{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
