#pragma once

// From the words the kernel sees to those the author meant: words that hang together by a wrong
// separator are parted, words that only blanks part are joined. Each such slip is reported here,
// once a statement, with its repair; whoever looks at the words afterwards sees the repaired ones.

#include <span>
#include <vector>

#include "compiler/check/checker.h"

namespace ipec::check {

// Cuts `span` at its first `=`; nothing is taken away.
Word CutWord(llvm::StringRef text, support::Span span);

// The meant words of a statement of at most FewWords::kMost words.
std::vector<Word> Regroup(Checker& checker, std::span<const Word> words);

// The longest of the separators that are none at the beginning of `text`: its length in bytes and
// what it is called. Length 0: there is none.
struct OddBlank {
  std::uint32_t length = 0;
  llvm::StringRef name;
  bool is_wide = true;  // false: it takes no room, so its repair is to delete it
};
OddBlank OddBlankAt(llvm::StringRef text);

}  // namespace ipec::check
