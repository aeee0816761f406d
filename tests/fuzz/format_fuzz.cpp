// Whatever the bytes and the style, a layout is never refused by its own proof, and is a fixed
// point: the proof inside Format holds statements and comments.

#include <cstddef>
#include <cstdint>

#include "compiler/format/format.h"
#include "compiler/support/assert.h"
#include "compiler/syntax/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint8_t choice = *data;
  const llvm::StringRef text(reinterpret_cast<const char*>(data + 1), size - 1);
  ipec::format::Style style;
  style.align = (choice & 1) != 0;
  style.sort_properties = (choice & 2) != 0;
  style.group = (choice & 4) != 0;
  if ((choice & 8) != 0) style.lines = {1U + (choice >> 6), 2U + (choice >> 5)};
  const auto lexis = (choice & 16) != 0 ? ipec::syntax::Lexis::Quoted : ipec::syntax::Lexis::Plain;
  const auto document = ipec::syntax::Parse(text, lexis);
  const ipec::format::Result result = ipec::format::Format(document, style);
  IPEC_CHECK(result.refused.empty(), "a layout was refused");
  if ((choice & 8) == 0) {
    const auto again = ipec::syntax::Parse(result.text, lexis);
    IPEC_CHECK(ipec::format::Format(again, style).text == result.text, "no fixed point");
  }
  return 0;
}
