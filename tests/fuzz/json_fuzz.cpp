// Any bytes as a JSON document: what our reader accepts LLVM's reader accepts too, with the same
// values; what LLVM accepts ours accepts, but for numbers, where LLVM accepts more.

#include <cstddef>
#include <cstdint>
#include <string>

#include "compiler/support/assert.h"
#include "compiler/support/json_tree.h"
#include "llvm/Support/ConvertUTF.h"
#include "tests/unit/json_oracle.h"

namespace {

using namespace ipec::support;

bool IsUtf8(const std::string& text) {
  const auto* begin = reinterpret_cast<const llvm::UTF8*>(text.data());
  return llvm::isLegalUTF8String(&begin, begin + text.size()) != 0;
}

// Whether the text may have an escape for a character from U+20000 on: LLVM 14 joins the halves of
// `\ud840\udd80` with `|`, which loses a carry.
bool HasHighSurrogate(const std::string& text) {
  for (std::size_t at = text.find("\\u"); at != std::string::npos; at = text.find("\\u", at + 1)) {
    const std::string digits = text.substr(at + 2, 4);
    if (digits >= "d840" || (digits >= "D840" && digits < "E")) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  auto tree = JsonTree::Parse(text, JsonText::Lenient);
  if (!tree) {
    const bool too_big = tree.errorIsA<JsonTooBig>();
    const std::string words = llvm::toString(tree.takeError());
    IPEC_CHECK(!words.empty(), "rejected without a reason");
    const bool has_number = text.find_first_of("0123456789-") != std::string::npos;
    if (too_big || has_number || !IsUtf8(text)) return 0;
    IPEC_CHECK(!ipec::tests::CanonicalJson(text), "LLVM accepts this document");
    return 0;
  }
  std::string written;
  JsonWriter json(written);
  (*tree)->root().Write(json);
  const auto again = ipec::tests::CanonicalJson(written);
  IPEC_CHECK(again.has_value(), "what is written is not JSON");
  // LLVM rejects single bytes.
  if (IsUtf8(text) && !HasHighSurrogate(text)) {
    IPEC_CHECK(ipec::tests::CanonicalJson(text) == again, "another value");
  }
  return 0;
}
