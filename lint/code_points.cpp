#include "lint/code_points.h"

#include <cstring>

#include "llvm/Support/ConvertUTF.h"

namespace ipec::lint {

CodePoint CodePointAt(llvm::StringRef text, std::size_t at) {
  const auto* const begin = reinterpret_cast<const llvm::UTF8*>(text.data() + at);
  const auto* const end = reinterpret_cast<const llvm::UTF8*>(text.data() + text.size());
  if (*begin < 0x80) return {*begin, 1, true};
  const llvm::UTF8* next = begin;
  llvm::UTF32 value = 0;
  if (llvm::convertUTF8Sequence(&next, end, &value, llvm::strictConversion) != llvm::conversionOK) {
    return {*begin, 1, false};
  }
  return {value, static_cast<std::uint32_t>(next - begin), true};
}

std::size_t FindHighByte(llvm::StringRef text, std::size_t at) {
  constexpr std::uint64_t kHigh = 0x8080'8080'8080'8080U;
  for (std::uint64_t eight = 0; at + sizeof eight <= text.size(); at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    if ((eight & kHigh) != 0) break;
  }
  for (; at < text.size(); ++at) {
    if (static_cast<unsigned char>(text[at]) >= 0x80) return at;
  }
  return llvm::StringRef::npos;
}

std::string ToUtf8(char32_t value) {
  std::string text(4, '\0');
  char* end = text.data();
  llvm::ConvertCodePointToUTF8(static_cast<unsigned>(value), end);
  text.resize(static_cast<std::size_t>(end - text.data()));
  return text;
}

}  // namespace ipec::lint
