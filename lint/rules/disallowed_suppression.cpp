#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A suppression names a rule that is listed in `lint.unsuppressible` in the project's
`ipec.toml`. It has no effect: the finding is still reported.

```toml
[lint]
unsuppressible = ["duplicate-rule"]
```

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE boot_verified=TRUE action=ALLOW # ipec: allow(duplicate-rule) generated
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  for (const Suppression& comment : context.suppressions) {
    for (std::size_t i = 0; i < comment.names.size(); ++i) {
      const Rule* rule = FindRule(comment.names[i]);
      if (rule == nullptr || !context.Unsuppressible(*rule)) continue;
      context.Report(comment.name_spans[i], "this project does not allow suppressing `{}`",
                     rule->descriptor.name);
    }
  }
}

}  // namespace

extern const Body kDisallowedSuppression{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
