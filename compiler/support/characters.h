#pragma once

// Characters of text. Kernels split policies at bytes; displayed and repaired text is split between
// characters: a well-formed UTF-8 sequence is one, and so is every byte outside of such a sequence.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/support/numbers.h"
#include "compiler/support/source.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::support {

// Whether UTF-8 uses `byte` only inside a character, not as its first byte.
constexpr bool ContinuesCharacter(char byte) {
  return (ToByte(byte) & 0xC0U) == 0x80U;
}

// Appends a code point; false if UTF-8 has no such character.
bool AppendCharacter(std::string& text, std::uint32_t point);

// The length of the character that begins at `at`, which is below the size of `text`.
std::uint32_t CharacterLength(std::string_view text, std::size_t at);

// The nearest place between two characters that is not after `at`, or not before it.
std::size_t CharacterFloor(std::string_view text, std::size_t at);
std::size_t CharacterCeiling(std::string_view text, std::size_t at);

// `span` with the rest of the characters that it cuts.
Span WholeCharacters(std::string_view text, Span span);

// The first characters of `text` that fit into `most` bytes.
llvm::StringRef TakeCharacters(std::string_view text, std::size_t most);

}  // namespace ipec::support
