#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A suppression names no rule, and so suppresses nothing; or it names `all` rules, and so also
suppresses findings of future rules. A range that begins with `allow-begin` and never ends is
reported too, because it suppresses findings in lines that are added later.

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
    if (comment.unopened || !comment.unknown_verb.empty()) continue;
    if (comment.names.empty()) {
      context.Report(comment.where, "this suppression names no rule; write `allow(NAME)`");
    } else if (comment.expired || !comment.has_reason()) {
      continue;  // it suppresses nothing
    } else if (std::find(comment.names.begin(), comment.names.end(), "all") !=
               comment.names.end()) {
      context.Report(comment.where,
                     "this suppression covers all rules; name only the intended ones");
    } else if (comment.unended) {
      context.Report(comment.where,
                     "this suppression never ends; write `allow-end` with the same names");
    }
  }
}

}  // namespace

extern const Body kBlanketSuppression{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
