#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A comment touches the version in the header. The kernel ends the version at `#`; systemd, which reads it
itself to load a policy at boot, at a space or the end of the line only. A space is a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0#first
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0 # first
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  for (const syntax::Line& line : context.document.lines) {
    if (line.kind != syntax::LineKind::Header) continue;
    if (line.comment.empty() || line.comment.begin != line.statement.end) return;
    context
        .Report({line.comment.begin, line.comment.begin + 1},
                "a comment touches the version: systemd takes it for a part of it")
        .AddFix("write a space", context.Replace({line.comment.begin, line.comment.begin}, " "),
                true);
    return;
  }
}

}  // namespace

extern const Body kHeaderCommentGlued{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
