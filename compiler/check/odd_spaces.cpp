#include "compiler/check/regroup.h"
#include "compiler/support/numbers.h"

namespace ipec::check {
namespace {

struct Row {
  llvm::StringLiteral bytes;
  llvm::StringLiteral name;
  bool is_wide;
};

// Characters that look like a separator, or are invisible, but do not separate words.
constexpr Row kRows[] = {
    {"\x0b", "a vertical tab (byte 0b)", true},
    {"\x0c", "a form feed (byte 0c)", true},
    {"\xC2\xA0", "a no-break space (U+00A0)", true},
    {"\xC2\x85", "a next-line character (U+0085)", true},
    {"\xE1\x9A\x80", "an ogham space (U+1680)", true},
    {"\xE2\x80\x8B", "a zero-width space (U+200B)", false},
    {"\xE2\x80\xA8", "a line separator (U+2028)", true},
    {"\xE2\x80\xA9", "a paragraph separator (U+2029)", true},
    {"\xE2\x80\xAF", "a narrow no-break space (U+202F)", true},
    {"\xE2\x81\x9F", "a mathematical space (U+205F)", true},
    {"\xE3\x80\x80", "an ideographic space (U+3000)", true},
    {"\xEF\xBB\xBF", "a zero-width no-break space (U+FEFF)", false},
};

}  // namespace

OddBlank OddBlankAt(llvm::StringRef text) {
  if (text.empty()) return {};
  const unsigned char first = support::ToByte(text[0]);
  // Most text has none of these, so this is checked first.
  if (first > 0x0C && first < 0xA0) return {};
  if (first == 0xA0) return {1, "a no-break space (byte a0)", true};
  for (const Row& row : kRows) {
    if (text.startswith(row.bytes)) {
      return {support::ToU32(row.bytes.size()), row.name, row.is_wide};
    }
  }
  // U+2000 to U+200A: spaces of all widths.
  if (text.startswith("\xE2\x80") && text.size() > 2) {
    const unsigned char last = support::ToByte(text[2]);
    if (last >= 0x80 && last <= 0x8A) return {3, "a typographic space (U+2000 to U+200A)", true};
  }
  return {};
}

}  // namespace ipec::check
