#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A comment holds a whole rule or default. Nobody knows whether it is an example, a plan or a leftover; version
control remembers leftovers.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
# op=EXECUTE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
# The image is signed.
op=EXECUTE dmverity_signature=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  for (const syntax::Line& line : context.document.lines) {
    if (line.kind != syntax::LineKind::Blank || line.comment.empty()) continue;
    const llvm::StringRef text = context.source.text(line.comment).ltrim("# \t").rtrim(" \t\r");
    const bool begins = text.startswith("op=") || text.startswith("DEFAULT ");
    const llvm::StringRef last = text.rsplit(' ').second;
    if (!begins || (last != "action=ALLOW" && last != "action=DENY")) continue;
    context.Report(line.comment, "this comment holds a whole statement");
  }
}

}  // namespace

const Body kCommentedOutRule{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
