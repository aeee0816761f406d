#pragma once

// Texts of other programs, recognized by how they begin and what their lines look like.

#include <cstddef>
#include <string_view>

#include "llvm/ADT/StringRef.h"

namespace ipec::content {

// Longer files are classified by their beginning.
inline constexpr std::size_t kLookedAt = std::size_t{1} << 16;
inline constexpr llvm::StringRef kWhitespace = " \t\r\n\v\f";

// The first statement: the text without whitespace and comments that begin with `#` before it.
llvm::StringRef FirstStatement(std::string_view bytes);

// `a polkit policy (XML)`; empty: not known. Lines that a policy with mistakes could also have
// count only if no word of a policy is in the text.
std::string_view ForeignText(std::string_view bytes);

}  // namespace ipec::content
