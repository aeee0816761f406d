#include <utility>

#include "compiler/pipeline/reading.h"
#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A comment contains a complete rule or DEFAULT. Readers cannot know whether it is an example,
a plan or a leftover; leftovers belong in version control.

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

// The comment as a rule, with a dummy operation for a global DEFAULT; empty if it is not one.
std::string AsRule(llvm::StringRef comment) {
  const llvm::StringRef text = comment.ltrim("# \t").rtrim(" \t\r");
  if (text.startswith("op=")) return text.str();
  const llvm::StringRef word = text.take_until([](char c) { return c == ' ' || c == '\t'; });
  if (word != "DEFAULT") return {};
  const llvm::StringRef rest = text.drop_front(word.size()).ltrim(" \t");
  return (rest.startswith("op=") ? "" : "op=EXECUTE ") + rest.str();
}

void Check(Context& context) {
  // All of them as one policy: the comments that give rules are statements.
  std::string text = "policy_name=a policy_version=0.0.0\nDEFAULT action=DENY\n";
  constexpr std::uint32_t kFirstLine = 3;
  std::vector<Span> comments;
  for (const syntax::Line& line : context.document.lines) {
    if (line.comment.empty()) continue;
    const std::string rule = AsRule(context.source.text(line.comment));
    if (rule.empty()) continue;
    text += rule + '\n';
    comments.push_back(line.comment);
  }
  if (comments.empty()) return;
  const pipeline::Reading reading(support::SourceBuffer({}, std::move(text)), context.target);
  std::uint32_t before = 0;
  for (const policy::Rule& rule : reading.first().policy().rules) {
    // Rules of one alias are one statement.
    if (rule.line == std::exchange(before, rule.line)) continue;
    context.Report(comments[rule.line - kFirstLine], "this comment contains a complete statement");
  }
}

}  // namespace

extern const Body kCommentedOutRule{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
