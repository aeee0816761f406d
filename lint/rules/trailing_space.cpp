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
    const auto kept = static_cast<std::uint32_t>(text.rtrim(" \t").size());
    if (kept == text.size()) continue;
    const Span where{line.span.begin + kept,
                     line.span.begin + static_cast<std::uint32_t>(text.size())};
    context.Report(where, "trailing whitespace")
        .AddFix("remove the whitespace", context.Replace(where, {}), true);
  }
}

}  // namespace

extern const Body kTrailingSpace{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
