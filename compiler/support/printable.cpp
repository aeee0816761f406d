#include "compiler/support/printable.h"

#include <cstdint>

#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"
#include "llvm/Support/ConvertUTF.h"

namespace ipec::support {
namespace {

// Code points that are invisible, look like a space, change how their neighbors are displayed, or
// are noncharacters, which XML forbids.
bool IsInvisible(std::uint32_t point) {
  return point <= 0xA0 || point == 0xAD || point == 0x61C || point == 0x1680 || point == 0x180E ||
         (point >= 0x2000 && point <= 0x200F) || (point >= 0x2028 && point <= 0x202F) ||
         (point >= 0x205F && point <= 0x206F) || point == 0x3000 || point == 0xFEFF ||
         point >= 0xE0000 || (point & 0xFFFEU) == 0xFFFE;
}

// The length of the well-formed, visible multi-byte character at the start of `text`, or 0.
std::size_t LetterAt(std::string_view text) {
  const auto* begin = reinterpret_cast<const llvm::UTF8*>(text.data());
  const llvm::UTF8* at = begin;
  llvm::UTF32 point = 0;
  const llvm::ConversionResult result =
      llvm::convertUTF8Sequence(&at, begin + text.size(), &point, llvm::strictConversion);
  if (result != llvm::conversionOK || IsInvisible(point)) return 0;
  return ToSize(at - begin);
}

}  // namespace

std::string Printable(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string shown;
  shown.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned char byte = ToByte(text[i]);
    if (byte >= 0x20 && byte < 0x7F) {
      shown += text[i];
    } else if (byte == '\t') {
      shown += "\\t";
    } else if (byte == '\n') {
      shown += "\\n";
    } else if (byte == '\r') {
      shown += "\\r";
    } else if (const std::size_t size = byte < 0x80 ? 0 : LetterAt(text.substr(i)); size > 0) {
      shown += text.substr(i, size);
      i += size - 1;
    } else {
      shown += "\\x";
      shown += kHex[byte >> 4U];
      shown += kHex[byte & 15U];
    }
  }
  return shown;
}

std::string Abbreviated(std::string_view word) {
  constexpr std::size_t kMost = 80;
  if (word.size() <= kMost) return Printable(word);
  std::size_t size = kMost;
  while (size > kMost - 4 && ContinuesCharacter(word[size])) --size;
  return Printable(word.substr(0, size)) + "…";
}

}  // namespace ipec::support
