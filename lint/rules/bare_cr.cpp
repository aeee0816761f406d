#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A carriage return is not followed by a line feed. It ends the line for the kernel, and with
it a comment: the text after it is a statement. Most editors and review tools show that text as part
of the comment. Replacing it with a line feed is a safe fix and shows what the kernel reads.

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
      finding->AddNote("the kernel reads this as a separate statement", line.statement);
    }
    finding = nullptr;
    if (context.source.text(line.span).back() != '\r') continue;
    const Span where{line.span.end - 1, line.span.end};
    finding = &context.Report(
        where, "this carriage return ends the line for the kernel, but not in most editors");
    finding->AddFix("replace with a line feed", context.Replace(where, "\n"), true);
  }
}

}  // namespace

extern const Body kBareCr{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
