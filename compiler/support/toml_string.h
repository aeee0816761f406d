#pragma once

// The four forms of strings of TOML.

#include "compiler/support/numbers.h"
#include "compiler/support/toml.h"

namespace ipec::support {

// Bytes that neither comments nor strings may contain unescaped.
constexpr bool IsTomlControl(char byte) {
  return (ToByte(byte) < 0x20 && byte != '\t') || byte == 0x7F;
}

// Reads the string whose opening quote is at `at` and moves `at` after its closing quote. Returns
// the error, if there is one. `text` must be UTF-8.
std::optional<TomlMistake> ReadTomlString(std::string_view text, std::size_t& at,
                                          std::string& string);

}  // namespace ipec::support
