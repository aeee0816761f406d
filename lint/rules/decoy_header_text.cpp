#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A comment above the header contains `policy_name=` or `policy_version=`. To load a policy at
boot, systemd reads the name and the version itself, and uses the first such text in the file, even
in a comment. It then loads the policy under a name and version that the kernel does not see.

Inserting a space before the `=` is a safe fix.

```ipe bad
# policy_name=old policy_version=0.9.0
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
    if (line.kind == syntax::LineKind::Header) return;
    const llvm::StringRef comment = context.source.text(line.comment);
    for (const llvm::StringRef decoy : {"policy_name=", "policy_version="}) {
      const std::size_t at = comment.find(decoy);
      if (at == llvm::StringRef::npos) continue;
      const Span where = support::SpanAt(line.comment.begin + at, decoy.size());
      context.Report(where, "systemd reads this comment as the header")
          .AddFix("insert a space", context.Replace({where.end - 1, where.end - 1}, " "), true);
    }
  }
}

}  // namespace

extern const Body kDecoyHeaderText{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
