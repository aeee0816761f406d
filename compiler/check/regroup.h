#pragma once

// From the words the kernel sees to those the author meant: words that hang together by a wrong
// separator are parted, words that only blanks part are joined. Each such slip is reported here,
// once a statement, with its repair; whoever looks at the words afterwards sees the repaired ones.

#include <span>
#include <vector>

#include "compiler/check/checker.h"

namespace ipec::check {

// The meant words of the statement of `line`, of which these are few.
std::vector<Word> Regroup(Checker& checker, const syntax::Line& line, std::span<const Word> words);

// The longest of the separators that are none at the beginning of `text`: its length in bytes and
// what it is called. Length 0: there is none.
struct OddBlank {
  std::uint32_t length = 0;
  llvm::StringRef name;
  bool is_wide = true;  // false: it takes no room, so its repair is to delete it
};
OddBlank OddBlankAt(llvm::StringRef text);

}  // namespace ipec::check
