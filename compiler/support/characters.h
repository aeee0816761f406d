#pragma once

// Bytes as people see them. Kernels cut policies at bytes; what is shown or repaired is cut between
// characters: a well-formed UTF-8 sequence is one, and so is every byte that is in none.

#include <cstddef>

#include "compiler/support/source.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::support {

// The length of the character that begins at `at`, which is below the size of `text`.
std::size_t CharacterLength(llvm::StringRef text, std::size_t at);

// The nearest place between two characters that is not after `at`, or not before it.
std::size_t CharacterFloor(llvm::StringRef text, std::size_t at);
std::size_t CharacterCeiling(llvm::StringRef text, std::size_t at);

// `span` with the rest of the characters that it cuts.
Span WholeCharacters(llvm::StringRef text, Span span);

// The first characters of `text` that fit into `most` bytes.
llvm::StringRef TakeCharacters(llvm::StringRef text, std::size_t most);

}  // namespace ipec::support
