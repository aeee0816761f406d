#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A tab stands behind the name in the header. The kernel separates words at tabs; systemd, which reads name and
version itself to load a policy at boot, at spaces only: it takes name and version for one word. A space is a
safe fix.

```ipe bad
policy_name=demo	policy_version=1.0.0
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
    if (line.kind != syntax::LineKind::Header) continue;
    const llvm::StringRef text = context.source.text(line.statement);
    const std::size_t tab = text.find('\t');
    if (tab == llvm::StringRef::npos) return;
    const std::size_t end = text.find_first_not_of(" \t", tab);
    const std::size_t begin = text.take_front(tab).rtrim(" \t").size();
    const Span where{line.statement.begin + static_cast<std::uint32_t>(begin),
                     line.statement.begin + static_cast<std::uint32_t>(end)};
    context.Report(where, "a tab in the header: systemd reads name and version as one word")
        .AddFix("write a space", context.Replace(where, " "), true);
    return;
  }
}

}  // namespace

const Body kHeaderTab{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
