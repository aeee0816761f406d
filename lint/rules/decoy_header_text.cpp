#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A comment above the header contains `policy_name=` or `policy_version=`. The kernel ignores
comments, but a script that searches the file for this text, or a reader in a hurry, takes the first
one as the name or version of the policy.

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
      context.Report(where, "scripts and readers may take this comment as the header")
          .AddFix("insert a space", context.Replace({where.end - 1, where.end - 1}, " "), true);
    }
  }
}

}  // namespace

extern const Body kDecoyHeaderText{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
