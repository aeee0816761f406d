#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(Some lines end in a carriage return and a line feed, others in a line feed alone. The kernel
accepts both, but a diff shows lines as changed that look the same. Using line feeds everywhere is a
safe fix; `ipec fmt` does the same.

```ipe bad escaped
policy_name=demo policy_version=1.0.0\r
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  std::size_t with_return = 0;
  std::size_t without = 0;
  Span odd;  // the first line end that differs from those before it
  std::vector<diagnostics::TextEdit> edits;
  for (const syntax::Line& line : context.document.lines) {
    const llvm::StringRef text = context.source.text(line.span);
    if (!text.endswith("\n")) continue;
    const bool both = text.endswith("\r\n");
    const Span end{line.span.end - (both ? 2U : 1U), line.span.end};
    ++(both ? with_return : without);
    if (both) edits.push_back({{end.begin, end.begin + 1}, {}});
    if (odd.empty() && with_return != 0 && without != 0) odd = end;
  }
  if (odd.empty()) return;
  context
      .Report(odd, "{} lines end in CR LF and {} in LF; the first different one ends here",
              with_return, without)
      .AddFix("end all lines with LF", std::move(edits), true);
}

}  // namespace

extern const Body kMixedEol{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
