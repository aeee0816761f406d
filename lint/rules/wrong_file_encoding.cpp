#include <array>

#include "lint/code_points.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The file is not UTF-8: an editor saved it as Latin-1 or Windows-1252, or it is damaged. The
kernel accepts any bytes in comments and names, but tools display them differently. (UTF-16 is an
error of its own: no kernel reads it.)

Converting the comments to UTF-8 is a safe fix. Conversion would change names, so correct those by
hand.

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

// Bytes 80 to 9F of Windows-1252; 0 is unassigned. The others are as in Latin-1, the beginning of
// Unicode.
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

std::uint32_t Meant(std::uint32_t byte) {
  if (byte >= 0xA0) return byte;
  const char16_t meant = kWindows1252[byte - 0x80];
  return meant == 0 ? 0xFFFD : meant;
}

// Calls `visit` for each byte that is not UTF-8.
template <typename Visit>
void ForEachStray(llvm::StringRef text, Visit visit) {
  for (std::size_t at = FindHighByte(text, 0); at != llvm::StringRef::npos;) {
    const CodePoint point = CodePointAt(text, at);
    if (!point.utf8) visit(support::ToU32(at), point.value);
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
  ForEachStray(text, [&](std::uint32_t at, std::uint32_t byte) {
    if (count++ == 0) first = {at, at + 1};
    const Span comment = context.DocumentLineAt(at).comment;
    if (at >= comment.begin && at < comment.end)
      edits.push_back({{at, at + 1}, ToUtf8(Meant(byte))});
  });
  if (count == 0) return;
  Diagnostic& finding =
      context.Report(first, "the byte {:02X} is not UTF-8: the file is Latin-1 or damaged",
                     support::ToByte(context.source.text(first).front()));
  if (count > 1) finding.AddNote(fmt::format("{} bytes of the file are not UTF-8", count));
  if (!edits.empty()) finding.AddFix("convert the comments to UTF-8", std::move(edits), true);
}

}  // namespace

extern const Body kWrongFileEncoding{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
