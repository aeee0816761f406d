#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A carriage return stands alone. For the kernel it ends the line, and with it a comment: what follows is a
statement. Most editors and review tools show it within the comment. Writing a line feed is a safe
fix, and shows what the kernel reads.

```ipe bad escaped
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
# Only the system:\rop=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  if (context.document.lexis != syntax::Lexis::Plain) return;
  Diagnostic* finding = nullptr;
  for (const syntax::Line& line : context.document.lines) {
    if (finding != nullptr && line.kind != syntax::LineKind::Blank) {
      finding->AddNote("a statement of its own for the kernel", line.statement);
    }
    finding = nullptr;
    if (context.source.text(line.span).back() != '\r') continue;
    const Span where{line.span.end - 1, line.span.end};
    finding = &context.Report(
        where, "a carriage return alone ends this line for the kernel, not for its readers");
    finding->AddFix("write a line feed", context.Replace(where, "\n"), true);
  }
}

}  // namespace

extern const Body kBareCr{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
