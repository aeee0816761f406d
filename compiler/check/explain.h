#pragma once

// From "the kernel stops here" to what a person needs to know: every problem of one statement, what
// was meant, and how to write it.
//
// These functions are called for statements that a reader refused, and report at least one problem
// each. They look at the whole statement, so that one slip of the pen is one finding: a misplaced
// word does not make the words after it wrong.

#include <cstddef>
#include <optional>
#include <vector>

#include "compiler/check/checker.h"

namespace ipec::check {

// What an explanation looks at: a statement of a million words is explained by its first ones, the
// one the kernel stops at and the last.
struct FewWords {
  static constexpr std::size_t kMost = 256;

  std::vector<Word> words;  // not empty
  std::size_t at = 0;       // the one the kernel stops at
  bool is_whole = true;     // these are all words of the statement

  // Of `count` words, of which `get` gives one.
  template <typename Get>
  static FewWords Of(std::size_t count, std::size_t at, const Get& get) {
    FewWords few;
    few.is_whole = count <= kMost;
    const std::size_t first = few.is_whole ? count : kMost - 2;
    for (std::size_t i = 0; i < first; ++i) few.words.push_back(get(i));
    few.at = at < first ? at : first;
    if (few.is_whole) return few;
    if (at >= first && at + 1 < count) few.words.push_back(get(at));
    few.words.push_back(get(count - 1));
    return few;
  }
};

// The first statement of a document (rfc-v7: one that begins with policy_name) that is no good
// header. False if it was never meant to be one: then the statement is to be read as what it is.
bool ExplainHeader(Checker& checker, const syntax::Line& line, const FewWords& words);

// A second header.
void ExplainSecondHeader(Checker& checker, const syntax::Line& line);

// A rule or default that the kernel refuses because of its words.
void ExplainStatement(Checker& checker, const syntax::Line& line, const FewWords& words);

// A default for what `earlier` decides already.
void ExplainSecondDefault(Checker& checker, const syntax::Line& line,
                          const policy::Default& earlier,
                          std::optional<policy::Operation> operation);

// The comment of `line` if it cuts the statement short: it begins within a word, or holds one of
// the parts that the statement lacks (`part`, e.g. `action=`). Reports it and gives true.
bool ExplainCut(Checker& checker, const syntax::Line& line, llvm::StringRef part);

}  // namespace ipec::check
