#include "lint/code_points.h"

#include <cstring>

#include "compiler/support/numbers.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

namespace ipec::lint {

CodePoint CodePointAt(std::string_view view, std::size_t at) {
  const llvm::StringRef text = view;
  const auto* const begin = reinterpret_cast<const llvm::UTF8*>(text.data() + at);
  const auto* const end = reinterpret_cast<const llvm::UTF8*>(text.data() + text.size());
  if (*begin < 0x80) return {*begin, 1, true};
  const llvm::UTF8* next = begin;
  llvm::UTF32 value = 0;
  if (llvm::convertUTF8Sequence(&next, end, &value, llvm::strictConversion) != llvm::conversionOK) {
    return {*begin, 1, false};
  }
  return {value, support::ToU32(next - begin), true};
}

std::size_t FindHighByte(std::string_view view, std::size_t at) {
  const llvm::StringRef text = view;
  constexpr std::uint64_t kHigh = 0x8080'8080'8080'8080U;
  for (std::uint64_t eight = 0; at + sizeof eight <= text.size(); at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    if ((eight & kHigh) != 0) break;
  }
  for (; at < text.size(); ++at) {
    if (!llvm::isASCII(text[at])) return at;
  }
  return llvm::StringRef::npos;
}

std::string ToUtf8(std::uint32_t value) {
  std::string text(4, '\0');
  char* end = text.data();
  llvm::ConvertCodePointToUTF8(value, end);
  text.resize(support::ToSize(end - text.data()));
  return text;
}

}  // namespace ipec::lint
