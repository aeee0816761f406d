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
// header.
struct MeantHeader {
  bool is_header = true;        // false: the statement is to be read as what it is
  std::size_t rest = SIZE_MAX;  // the word with which another statement begins on the same line
};
MeantHeader ExplainHeader(Checker& checker, const syntax::Line& line, const FewWords& words);

// `line` from its clause number `at` on, as if the statement there had a line of its own.
syntax::Line RestOf(const Checker& checker, const syntax::Line& line, std::size_t at);

// A second header.
void ExplainSecondHeader(Checker& checker, const syntax::Line& line);

// A rule or default that the kernel refuses because of its words.
void ExplainStatement(Checker& checker, const syntax::Line& line, const FewWords& words);

// A default for what `earlier` decides already.
void ExplainSecondDefault(Checker& checker, const syntax::Line& line,
                          const policy::Default& earlier,
                          std::optional<policy::Operation> operation);

// Reports the comment of `line` if it cuts the statement short: it holds the part that the
// statement lacks (`part`, e.g. `action=`; empty: it lacks none), or the kernel drops the word it
// touches. True: the part is in the comment, so it is not reported as missing.
bool ExplainCut(Checker& checker, const syntax::Line& line, llvm::StringRef part);

// Notes that a carriage return in `between` ends no line where the dialect takes it for a blank:
// people see two lines. False: there is none, or it does.
bool NoteReturn(const Checker& checker, diagnostics::Diagnostic& diagnostic, support::Span between);

// What a text needs that is written in place of the end of the statement: a blank where the dialect
// drops a word that the comment touches, else nothing.
llvm::StringRef BlankBeforeComment(const Checker& checker, const syntax::Line& line);

// In the dialect with quotes, a repair of a statement whose words stand in quotes may not come
// before the quotes are off: of the findings from number `first` on, it takes the repairs of the
// others away.
void MendQuotesFirst(Checker& checker, std::size_t first);

// The words with the one that the comment makes the kernel drop: the author meant it.
FewWords WithDroppedWord(const Checker& checker, const syntax::Line& line, FewWords words);

}  // namespace ipec::check
