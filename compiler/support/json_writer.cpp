#include "compiler/support/json_writer.h"

#include <array>

#include "compiler/support/numbers.h"
#include "llvm/Support/ConvertUTF.h"

namespace ipec::support {
namespace {

constexpr auto kUnescaped = [] {
  std::array<bool, 256> plain{};
  for (unsigned byte = 0x20; byte < 0x7F; ++byte) plain[byte] = byte != '"' && byte != '\\';
  return plain;
}();
constexpr bool IsUnescaped(char letter) {
  return kUnescaped[ToByte(letter)];
}

// Appends the special sequence at the start of `text` and returns its length in bytes.
std::size_t AppendSpecial(std::string& out, std::string_view text, bool keeps_bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const unsigned char byte = ToByte(text[0]);
  if (byte < 0x80) {
    switch (text[0]) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        out += "\\u00";
        out += kHex[byte >> 4U];
        out += kHex[byte & 15U];
    }
    return 1;
  }
  const auto* begin = reinterpret_cast<const llvm::UTF8*>(text.data());
  if (llvm::isLegalUTF8Sequence(begin, begin + text.size())) {
    const std::size_t size = llvm::getNumBytesForUTF8(*begin);
    out += text.substr(0, size);
    return size;
  }
  if (keeps_bytes) {
    out += "\\udc";
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  } else {
    out += "\\ufffd";
  }
  return 1;
}

}  // namespace

void JsonWriter::WriteText(std::string_view text) {
  std::string& out = *out_;
  out += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (IsUnescaped(text[i])) {
      ++i;
      continue;
    }
    out += text.substr(plain, i - plain);
    i += AppendSpecial(out, text.substr(i), keeps_bytes_);
    plain = i;
  }
  out += text.substr(plain);
  out += '"';
}

}  // namespace ipec::support
