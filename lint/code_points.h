#pragma once

// Text as UTF-8 code points, for rules about what readers see. Bytes that are not UTF-8 are
// returned one by one.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "llvm/ADT/StringRef.h"

namespace ipec::lint {

struct CodePoint {
  std::uint32_t value = 0;  // of a byte that is not UTF-8: the byte
  std::uint32_t size = 1;   // in bytes
  bool utf8 = true;
};

// The code point that begins at `at`, which is inside `text`.
CodePoint CodePointAt(std::string_view text, std::size_t at);

// The first byte outside ASCII at or after `at`, or npos.
std::size_t FindHighByte(std::string_view text, std::size_t at);

std::string ToUtf8(std::uint32_t value);

}  // namespace ipec::lint
