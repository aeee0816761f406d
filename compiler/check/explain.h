#pragma once

// From "the kernel stops here" to what the author needs to know: every problem of one statement,
// its likely intention, and how to write it.
//
// These functions are called for rejected statements, and report at least one problem each. They
// look at the whole statement, so that one mistake is one finding: a misplaced word does not make
// the words after it wrong.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "compiler/check/checker.h"

namespace ipec::check {

inline constexpr llvm::StringLiteral kByteOrderMark = "\xEF\xBB\xBF";

// The place for a line that is inserted at `at`: not in front of a byte order mark.
inline std::uint32_t LineBegin(const Checker& checker, std::uint32_t at) {
  return at == 0 && checker.document.text.startswith(kByteOrderMark) ? 3 : at;
}

// The words that an explanation uses. A statement of a million words is explained by its first
// ones, the last one, and the one at which the kernel stops.
struct StatementExcerpt {
  static constexpr std::size_t kMost = 256;

  std::vector<Word> words;  // not empty
  std::size_t at = 0;       // the word where the kernel stops
  bool is_whole = true;     // these are all words of the statement

  // Selects from `count` words, which `get` returns by number.
  template <typename Get>
  static StatementExcerpt Of(std::size_t count, std::size_t at, const Get& get) {
    StatementExcerpt excerpt;
    excerpt.is_whole = count <= kMost;
    const std::size_t first = excerpt.is_whole ? count : kMost - 2;
    for (std::size_t i = 0; i < first; ++i) excerpt.words.push_back(get(i));
    excerpt.at = at < first ? at : first;
    if (excerpt.is_whole) return excerpt;
    if (at >= first && at + 1 < count) excerpt.words.push_back(get(at));
    excerpt.words.push_back(get(count - 1));
    return excerpt;
  }
};

// The first statement of a document (rfc-v7: one that begins with policy_name) that is not a
// correct header.
struct MeantHeader {
  bool is_header = true;        // false: read the statement as another kind
  std::size_t rest = SIZE_MAX;  // the word that begins another statement on the same line
};
MeantHeader ExplainHeader(Checker& checker, const syntax::Line& line,
                          const StatementExcerpt& words);

// `line` from its clause number `at` on, as if that statement were on its own line.
syntax::Line RestOf(const Checker& checker, const syntax::Line& line, std::size_t at);

// A second header.
void ExplainSecondHeader(Checker& checker, const syntax::Line& line);

// A rule or DEFAULT that the kernel rejects because of its words.
void ExplainStatement(Checker& checker, const syntax::Line& line, const StatementExcerpt& words);

// A DEFAULT for operations that `earlier` already decides.
void ExplainSecondDefault(Checker& checker, const syntax::Line& line,
                          const policy::Default& earlier,
                          std::optional<policy::Operation> operation, policy::Action action);

// A default for several operations, some of which have one already: `earlier` is that of the first
// of these, `second`.
struct OtherDefaults {
  support::Span alias;                            // the word for all of them
  std::span<const policy::Operation> operations;  // that have none yet
  policy::Action action = policy::Action::Allow;  // of the default for several operations
  bool says_the_same = false;                     // the defaults that there are have its action
};
void ExplainSecondDefaultOfAlias(Checker& checker, const syntax::Line& line,
                                 const policy::Default& earlier, policy::Operation second,
                                 const OtherDefaults& others);

// A default that the repairs of `line` lead to, for what another one decides: `other`, or null if
// it cannot be read yet, either.
void ExplainMeantDefault(Checker& checker, const syntax::Line& line, const policy::Default* other,
                         std::optional<policy::Operation> operation);

// Reports the comment of `line` if it cuts off the statement: it contains the part that the
// statement lacks (`part`, e.g. `action=`; empty: it lacks none), or the kernel drops the word that
// it touches. True: the part is in the comment, so it is not reported as missing.
bool ExplainCut(Checker& checker, const syntax::Line& line, llvm::StringRef part);

// Notes that a carriage return in `between` does not end a line if the dialect reads it as
// whitespace, although editors show two lines. False if there is none, or if it does end a line.
bool NoteReturn(const Checker& checker, diagnostics::Diagnostic& diagnostic, support::Span between);

// The text needed after new text at the end of the statement: a space if the dialect drops a word
// that the comment touches, else nothing.
llvm::StringRef BlankBeforeComment(const Checker& checker, const syntax::Line& line);

// Of the findings about `line`, those from number `first` on: removes all repairs except the one
// that must come first. In the dialect with quotes, that is removing quotes around words, and
// separating a comment from a word of which the kernel drops a part.
void KeepFirstRepair(Checker& checker, const syntax::Line& line, std::size_t first);

// The length of what begins a comment in other languages (`;`, `//`, `--`) at the beginning of
// `text`, or 0.
std::uint32_t ForeignComment(llvm::StringRef text);
// Reports a line that is a comment in another language, whatever it holds. Returns whether it is
// one.
bool ExplainForeignComment(Checker& checker, const syntax::Line& line);
// The same for a line of a log of audit records, which people paste into policies. Only for lines
// that the kernel rejects.
bool ExplainAuditRecord(Checker& checker, const syntax::Line& line);

// Whether the comment of `line` makes the kernel drop the end of a word that it has cut within a
// character.
bool DropsPartOfWord(const Checker& checker, const syntax::Line& line);

// The words as their author sees them: words that the kernel cuts within a character are whole, and
// the word that the kernel drops because of a comment is included.
StatementExcerpt AsWritten(const Checker& checker, const syntax::Line& line,
                           StatementExcerpt words);

// `line` with a statement that ends between two characters.
syntax::Line WholeLine(const Checker& checker, syntax::Line line);

// `words` without cuts within characters.
std::vector<Word> WholeWords(const Checker& checker, std::span<const Word> words);

// A part of the text as a word, cut at its first `=` as the dialect would cut it separately.
Word WordIn(const Checker& checker, support::Span span);
// The text after `=`, without the quotes that the dialect removes.
support::Span ValueIn(const Checker& checker, support::Span written);

}  // namespace ipec::check
