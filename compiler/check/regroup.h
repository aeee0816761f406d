#pragma once

// From the words that the kernel sees to those that the author intended: words joined by a wrong
// separator are separated, words separated only by whitespace are joined. Each such mistake is
// reported here once per statement, with its repair; later checks see the repaired words.

#include <span>
#include <vector>

#include "compiler/check/checker.h"

namespace ipec::check {

// The intended words of the statement of `line`; `words` is an excerpt of it.
std::vector<Word> Regroup(Checker& checker, const syntax::Line& line, std::span<const Word> words);

// The longest character at the beginning of `text` that looks like a separator but is not one: its
// length in bytes and its name. Length 0 if there is none.
struct OddBlank {
  std::uint32_t length = 0;
  llvm::StringRef name;
  bool is_wide = true;  // false: it has no width, so the repair deletes it
};
OddBlank OddBlankAt(llvm::StringRef text);

}  // namespace ipec::check
