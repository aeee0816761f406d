#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A line ends in spaces or tabs. They have no effect, but a diff shows them as changes.
Removing them is a safe fix; `ipec fmt` does the same.

```ipe bad
policy_name=demo policy_version=1.0.0
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
  for (const syntax::Line& line : context.document.lines) {
    const llvm::StringRef text = context.source.text(line.span).rtrim("\r\n");
    const llvm::StringRef whitespace = text.drop_front(text.rtrim(" \t").size());
    if (whitespace.empty()) continue;
    const Span where = context.source.SpanOf(whitespace);
    context.Report(where, "trailing whitespace")
        .AddFix("remove the whitespace", context.Replace(where, {}), true);
  }
}

}  // namespace

extern const Body kTrailingSpace{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
