#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(There are two or more blank lines in a row. One is enough to separate groups. Removing the
others is a safe fix; `ipec fmt` does the same.

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

// A line of whitespace whose line end all readers recognize.
bool IsBlank(const Context& context, const syntax::Line& line) {
  return line.kind == syntax::LineKind::Blank && line.comment.empty() &&
         !context.source.text(line.span).endswith("\r");
}

void Check(Context& context) {
  const auto& lines = context.document.lines;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!IsBlank(context, lines[i])) continue;
    std::size_t last = i;
    while (last + 1 < lines.size() && IsBlank(context, lines[last + 1])) ++last;
    if (last == i) continue;
    const Span more{lines[i + 1].span.begin, lines[last].span.end};
    context.Report(lines[i + 1].span, "{} blank lines in a row", last - i + 1)
        .AddFix("keep one", context.Replace(more, {}), true);
    i = last;
  }
}

}  // namespace

extern const Body kRepeatedBlankLines{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
