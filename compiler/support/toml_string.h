#pragma once

// The four forms of strings of TOML.

#include "compiler/support/toml.h"

namespace ipec::support {

// What no comment and no string holds as it is.
constexpr bool IsTomlControl(char byte) {
  return (static_cast<unsigned char>(byte) < 0x20 && byte != '\t') || byte == 0x7F;
}

// Reads the string whose first quote is at `at` and sets `at` behind its last one. Returns the
// mistake, if there is one. `text` is UTF-8.
std::optional<TomlMistake> ReadTomlString(std::string_view text, std::size_t& at,
                                          std::string& string);

}  // namespace ipec::support
