#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A statement, or the end of one, follows so much whitespace that most editors and review tools
do not show it. Removing the extra whitespace is a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
# end                                                                                                                                                                                                                  op
op=KMODULE                                                                                                                                                                                                                  action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

constexpr std::size_t kFar = 200;
constexpr std::size_t kTab = 8;

// The column after a text that begins in column `column`, counted from 0.
std::size_t ColumnBehind(std::size_t column, llvm::StringRef text) {
  for (const char byte : text) {
    if (byte == '\t') {
      column += kTab - column % kTab;
    } else if ((support::ToByte(byte) & 0xC0U) != 0x80U) {  // first byte of a character
      ++column;
    }
  }
  return column;
}

void Check(Context& context) {
  for (const syntax::Line& line : context.document.lines) {
    std::uint32_t before = line.span.begin;
    std::size_t column = 0;
    for (const syntax::Clause& clause : context.document.ClausesOf(line)) {
      const Span word = clause.span();
      const std::size_t begin = ColumnBehind(column, context.source.text({before, word.begin}));
      if (begin - column > kFar) {
        context.Report(word, "{} columns of whitespace push this out of view", begin - column)
            .AddFix("remove the extra whitespace",
                    context.Replace({before, word.begin}, before == line.span.begin ? "" : " "),
                    true);
      }
      column = ColumnBehind(begin, context.source.text(word));
      before = word.end;
    }
  }
}

}  // namespace

extern const Body kFarRightText{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
