#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The last line does not end with a newline. The kernel accepts it, but tools that concatenate
files join the line with the first line of the next file. Adding the newline is a safe fix;
`ipec fmt` does the same.

```ipe bad escaped
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW\
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  const llvm::StringRef text = context.source.text();
  // Text after a NUL byte is not a line, and bare-cr reports a carriage return at the end.
  if (!context.document.hidden.empty() || text.endswith("\n") || text.endswith("\r")) return;
  const syntax::Line& first = context.document.lines.front();
  const llvm::StringRef end = context.source.text(first.span).endswith("\r\n") ? "\r\n" : "\n";
  const std::uint32_t size = context.source.size();
  context.Report({size, size}, "missing newline at the end of the file")
      .AddFix("add a newline", context.Replace({size, size}, end.str()), true);
}

}  // namespace

extern const Body kMissingFinalNewline{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
