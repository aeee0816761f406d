#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A comment touches the version in the header. For the kernel, the version ends at `#`. Scripts
that cut the header at spaces take the comment as part of the version. Inserting a space is a safe
fix.

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
                "scripts that cut the header at spaces take this comment as part of the version")
        .AddFix("insert a space", context.Replace({line.comment.begin, line.comment.begin}, " "),
                true);
    return;
  }
}

}  // namespace

extern const Body kHeaderCommentGlued{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
