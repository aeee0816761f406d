#pragma once

// Text of a policy, as messages show it.

#include <string>

#include "compiler/support/characters.h"
#include "compiler/support/printable.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::check {

// Printable, and truncated to keep the message readable.
inline std::string Show(llvm::StringRef text) {
  constexpr std::size_t kLongest = 80;
  const bool cut = text.size() > kLongest;
  if (cut) text = support::TakeCharacters(text, kLongest - 8);
  return support::Printable({text.data(), text.size()}) + (cut ? "…" : "");
}

}  // namespace ipec::check
