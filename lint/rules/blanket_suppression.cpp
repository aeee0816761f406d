#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A suppression names no rule, and then silences nothing, or `all` of them, and then silences also what
nobody has thought of yet.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE boot_verified=TRUE action=ALLOW # ipec: allow(all) generated
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE boot_verified=TRUE action=ALLOW # ipec: allow(duplicate-rule) generated
```
)";

void Check(Context& context) {
  for (const Suppression& comment : context.suppressions) {
    if (comment.unopened) continue;
    if (comment.names.empty()) {
      context.Report(comment.where, "this suppression names no rule: write allow(NAME)");
    } else if (std::find(comment.names.begin(), comment.names.end(), "all") !=
               comment.names.end()) {
      context.Report(comment.where, "this suppression silences all rules; name those it is about");
    }
  }
}

}  // namespace

const Body kBlanketSuppression{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
