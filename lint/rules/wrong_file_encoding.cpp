#include <array>

#include "lint/code_points.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The file is no UTF-8: an editor saved it as Latin-1 or Windows-1252, or bytes were damaged. The kernel takes any
bytes in comments and names; readers see something else than was written, each tool in its own way. (UTF-16
does not get that far: no kernel reads it.)

Writing the letters of comments in UTF-8 is a safe fix. In names it would change them: mend those by hand.

```ipe bad escaped
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
# Pr\xFCfsumme des Abbilds
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
# Prüfsumme des Abbilds
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

// Bytes 80 to 9F of Windows-1252; 0: it has none. Others are as in Latin-1, which is the beginning
// of Unicode.
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

char32_t Meant(char32_t byte) {
  if (byte >= 0xA0) return byte;
  const char16_t meant = kWindows1252[byte - 0x80];
  return meant == 0 ? U'\uFFFD' : char32_t{meant};
}

// Calls `visit` for each byte that is not UTF-8.
template <typename Visit>
void ForEachStray(llvm::StringRef text, Visit visit) {
  for (std::size_t at = FindHighByte(text, 0); at != llvm::StringRef::npos;) {
    const CodePoint point = CodePointAt(text, at);
    if (!point.utf8) visit(static_cast<std::uint32_t>(at), point.value);
    at = FindHighByte(text, at + point.size);
  }
}

void Check(Context& context) {
  const Span hidden = context.document.hidden;
  const llvm::StringRef text =
      hidden.empty() ? context.source.text() : context.source.text().take_front(hidden.begin);
  std::size_t count = 0;
  Span first;
  std::vector<diagnostics::TextEdit> edits;
  ForEachStray(text, [&](std::uint32_t at, char32_t byte) {
    if (count++ == 0) first = {at, at + 1};
    const Span comment = context.DocumentLineAt(at).comment;
    if (at >= comment.begin && at < comment.end)
      edits.push_back({{at, at + 1}, ToUtf8(Meant(byte))});
  });
  if (count == 0) return;
  const auto byte = static_cast<unsigned char>(context.source.text(first)[0]);
  Diagnostic& finding =
      context.Report(first, "the byte {:02X} is no UTF-8: the file is in Latin-1 or damaged", byte);
  if (count > 1) finding.AddNote(fmt::format("{} bytes of the file are none", count));
  if (!edits.empty()) finding.AddFix("write the comments in UTF-8", std::move(edits), true);
}

}  // namespace

extern const Body kWrongFileEncoding{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
