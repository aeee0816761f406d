#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A tab follows the name or the version in the header. The kernel separates words at tabs, too,
but scripts that read the header often separate them only at spaces: they take name and version as
one word, or the tab and the text after it as part of the version. Replacing the tab with a space is
a safe fix.

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
    // Up to the comment: such scripts do not end a word at `#` either, see header-comment-glued.
    const std::uint32_t line_end = line.comment.empty() ? line.span.end : line.comment.begin;
    const auto clauses = context.document.ClausesOf(line);
    for (std::size_t i = 0; i < clauses.size(); ++i) {
      const bool last = i + 1 == clauses.size();
      const Span behind{clauses[i].span().end, last ? line_end : clauses[i + 1].span().begin};
      const llvm::StringRef text = context.source.text(behind).rtrim("\r\n");
      const llvm::StringRef whitespace =
          text.take_while([](char c) { return c == ' ' || c == '\t'; });
      if (!whitespace.startswith("\t")) continue;
      const Span where = context.source.SpanOf(whitespace);
      const bool at_end = last && line.comment.empty();
      context
          .Report(
              where, "scripts that cut the header at spaces take {}",
              last ? "this tab as part of the version" : "name and version as one word at this tab")
          .AddFix(at_end ? "remove the tab" : "replace with a space",
                  context.Replace(where, at_end ? "" : " "), true);
    }
    return;
  }
}

}  // namespace

extern const Body kHeaderTab{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
