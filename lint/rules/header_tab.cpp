#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A tab stands behind the name or the version in the header. The kernel separates words at tabs; systemd, which
reads name and version itself to load a policy at boot, at spaces only: it takes name and version for one word,
or the tab and what follows it for a part of the version. A space is a safe fix.

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
    // Up to the comment, whose mark ends no word for systemd either: header-comment-glued.
    const std::uint32_t line_end = line.comment.empty() ? line.span.end : line.comment.begin;
    const auto clauses = context.document.ClausesOf(line);
    for (std::size_t i = 0; i < clauses.size(); ++i) {
      const bool last = i + 1 == clauses.size();
      const Span behind{clauses[i].span().end, last ? line_end : clauses[i + 1].span().begin};
      const llvm::StringRef text = context.source.text(behind).rtrim("\r\n");
      const llvm::StringRef blanks = text.take_while([](char c) { return c == ' ' || c == '\t'; });
      if (!blanks.startswith("\t")) continue;
      const Span where{behind.begin, behind.begin + static_cast<std::uint32_t>(blanks.size())};
      const bool at_end = last && line.comment.empty();
      context
          .Report(
              where, "a tab in the header: systemd {}",
              last ? "takes it for a part of the version" : "reads name and version as one word")
          .AddFix(at_end ? "remove it" : "write a space", context.Replace(where, at_end ? "" : " "),
                  true);
    }
    return;
  }
}

}  // namespace

extern const Body kHeaderTab{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
