#include "compiler/content/content.h"

#include <algorithm>
#include <string>

#include "compiler/content/foreign_text.h"
#include "compiler/content/key_content.h"
#include "compiler/sign/signed_message.h"
#include "compiler/support/numbers.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "compiler/table/build.h"
#include "llvm/Support/ConvertUTF.h"

namespace ipec::content {
namespace {

using llvm::StringRef;

constexpr std::size_t kWindow = 64;

// How many bytes at the beginning of `bytes` are one character of UTF-8; 0: none are.
std::size_t Utf8Length(StringRef bytes) {
  const auto* const begin = bytes.bytes_begin();
  const std::size_t size = llvm::getNumBytesForUTF8(*begin);
  return size <= bytes.size() && llvm::isLegalUTF8Sequence(begin, begin + size) ? size : 0;
}

// A character that an editor shows for bytes that are not UTF-8: U+FFFD, or U+0080 to U+009F.
bool IsReplacementCharacter(StringRef text) {
  return text.startswith("\xEF\xBF\xBD") ||
         (text.size() > 1 && text[0] == '\xC2' && support::ToByte(text[1]) < 0xA0);
}

// Whether the bytes are probably not text: control characters and bytes that are not UTF-8, close
// together. DER, programs and pictures have them everywhere. Text in an old encoding has no control
// characters, and text with escape sequences is UTF-8.
bool IsBinary(StringRef bytes) {
  if (bytes.startswith("\xFF\xFE") || bytes.startswith("\xFE\xFF")) return false;  // UTF-16
  for (bytes = bytes.take_front(kLookedAt); bytes.size() >= 16;) {
    StringRef window = bytes.take_front(kWindow);
    std::size_t controls = 0;
    std::size_t not_utf8 = 0;
    while (!window.empty()) {
      const std::size_t size = Utf8Length(window);
      const unsigned char byte = support::ToByte(window[0]);
      if (size == 0 || IsReplacementCharacter(window)) ++not_utf8;
      if (byte < 0x20 && !kWhitespace.contains(window[0])) ++controls;
      window = window.drop_front(std::max<std::size_t>(size, 1));
    }
    const std::size_t size = std::min(kWindow, bytes.size());
    if (controls >= 2 && not_utf8 >= 4 && (controls + not_utf8) * 5 >= size) return true;
    bytes = bytes.drop_front(size);
  }
  return false;
}

}  // namespace

Content Classify(std::string_view view) {
  const llvm::StringRef bytes = view;
  if (table::LooksLikeTable({bytes.data(), bytes.size()})) return {Kind::Table, "a compiled table"};
  switch (sign::KindOf(bytes)) {
    case sign::Kind::Message:
      return {Kind::Signed, "a signed file"};
    case sign::Kind::Pem:
      return PemContent(bytes);
    case sign::Kind::Text:
      break;
  }
  // Every kernel asks for a header first.
  if (FirstStatement(bytes).startswith("policy_name")) return {};
  if (const std::optional<Content> key = KeyContent(bytes)) return *key;
  const std::string_view foreign = ForeignText(bytes);
  if (!foreign.empty()) return {Kind::Other, foreign};
  if (IsBinary(bytes)) return {Kind::Other, "a binary file"};
  return {};
}

llvm::Error NotTextError(const Content& content, std::string_view name, std::string_view command) {
  const std::string words = support::Quoted(name) + " is " + std::string(content.what);
  const std::string verb(command);
  switch (content.kind) {
    case Kind::Signed:
      return support::ErrorOf(words + ": " + verb + " the text that was signed");
    case Kind::Pem:
      return support::ErrorOf(words + ", not policy text; " +
                              std::string(AdviceFor(content).words));
    case Kind::Table:
      return support::ErrorOf(words + ": " + verb + " the policy it was compiled from");
    default:
      break;
  }
  return support::ErrorOf(words + ", not policy text; `exclude` in ipec.toml leaves it out");
}

}  // namespace ipec::content
