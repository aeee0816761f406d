#include "compiler/support/characters.h"

#include "llvm/Support/ConvertUTF.h"

namespace ipec::support {

bool AppendCharacter(std::string& text, std::uint32_t point) {
  char bytes[UNI_MAX_UTF8_BYTES_PER_CODE_POINT];
  char* end = bytes;
  if (!llvm::ConvertCodePointToUTF8(point, end)) return false;
  text.append(bytes, end);
  return true;
}

std::uint32_t CharacterLength(std::string_view view, std::size_t at) {
  const llvm::StringRef text = view;
  const unsigned char byte = ToByte(text[at]);
  if (byte < 0x80) return 1;
  const std::uint32_t length = llvm::getNumBytesForUTF8(byte);
  const llvm::UTF8* begin = text.bytes_begin() + at;
  if (length < 2 || length > text.size() - at ||
      !llvm::isLegalUTF8Sequence(begin, begin + length)) {
    return 1;
  }
  return length;
}

std::size_t CharacterFloor(std::string_view text, std::size_t at) {
  constexpr std::size_t kLongest = 4;
  if (at >= text.size() || !ContinuesCharacter(text[at])) return at;
  // Well-formed sequences do not overlap: at most one begins before `at` and ends after it.
  for (std::size_t back = 1; back < kLongest && back <= at; ++back) {
    if (CharacterLength(text, at - back) > back) return at - back;
  }
  return at;
}

std::size_t CharacterCeiling(std::string_view text, std::size_t at) {
  const std::size_t floor = CharacterFloor(text, at);
  return floor == at ? at : floor + CharacterLength(text, floor);
}

Span WholeCharacters(std::string_view text, Span span) {
  return {ToU32(CharacterFloor(text, span.begin)), ToU32(CharacterCeiling(text, span.end))};
}

llvm::StringRef TakeCharacters(std::string_view view, std::size_t most) {
  const llvm::StringRef text = view;
  return text.take_front(most >= text.size() ? text.size() : CharacterFloor(text, most));
}

}  // namespace ipec::support
