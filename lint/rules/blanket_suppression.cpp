#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A suppression names no rule, and then silences nothing, or `all` of them, and then silences also what
nobody has thought of yet. So does one that is begun (`allow-begin`) and never ended: what is added below it
is silenced, too.

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
      context.Report(comment.where, "this suppression names no rule: write allow(NAME)");
    } else if (comment.expired || !comment.has_reason()) {
      continue;  // it silences nothing
    } else if (std::find(comment.names.begin(), comment.names.end(), "all") !=
               comment.names.end()) {
      context.Report(comment.where, "this suppression silences all rules; name those it is about");
    } else if (comment.unended) {
      context.Report(comment.where,
                     "this suppression is never ended: write allow-end with the same names");
    }
  }
}

}  // namespace

extern const Body kBlanketSuppression{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
