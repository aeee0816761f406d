#include <algorithm>

#include "compiler/syntax/directive.h"
#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule allows or denies one volume or file by its digest, and no comment explains which one
it is and why. A digest alone does not tell, so later maintainers cannot know whether the rule is
still needed.

A comment counts if it is on the rule's line, above the rule, or above the group of lines that the
rule is in; a blank line ends a group. A suppression does not count.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
# The installer of release 7, which must run from a stick.
op=EXECUTE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```
)";

bool ExplainsSomething(const Context& context, const syntax::Line& line) {
  if (line.comment.empty()) return false;
  const llvm::StringRef text = context.source.text(line.comment).ltrim("# \t").rtrim("#-= \t\r");
  const auto directive = syntax::ReadDirective(text);
  return !text.empty() && !(directive && directive->IsMarked());
}

bool NamesADigest(const Context& context, const syntax::Line& line) {
  const auto clauses = context.document.ClausesOf(line);
  return std::any_of(clauses.begin(), clauses.end(), [&](const syntax::Clause& clause) {
    const llvm::StringRef key = context.document.Text(clause.key);
    return key == "dmverity_roothash" || key == "fsverity_digest";
  });
}

void Check(Context& context) {
  bool documented = false;  // by a comment line in this group
  for (const syntax::Line& line : context.document.lines) {
    const bool explains = ExplainsSomething(context, line);
    if (line.kind == syntax::LineKind::Blank) {
      documented = explains || (documented && !line.comment.empty());
      continue;
    }
    if (line.kind != syntax::LineKind::Rule) documented = false;
    if (explains || documented || !NamesADigest(context, line)) continue;
    context.Report(
        line.statement,
        "no comment explains which volume or file has this digest, and why it is listed");
  }
}

}  // namespace

extern const Body kUndocumentedException{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
