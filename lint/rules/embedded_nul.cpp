#include "compiler/support/wording.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The text contains a NUL byte. The kernel stops reading there; the text after it is signed and
reviewed, but has no effect.

```ipe bad escaped
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
\0op=KMODULE boot_verified=TRUE action=DENY
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  const Span hidden = context.document.hidden;
  if (hidden.empty()) return;
  context.Report({hidden.begin, hidden.begin + 1},
                 "the kernel stops reading at this NUL byte and ignores {} after it",
                 support::NumberOf(hidden.size() - 1, "byte"));
}

}  // namespace

extern const Body kEmbeddedNul{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
