#pragma once

// The words of one line in the dialect with quotes, as its kernel splits them.

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/check/checker.h"

namespace ipec::check {

constexpr bool IsQuote(char byte) {
  return byte == '\'' || byte == '"';
}

enum class WordProblem : std::uint8_t {
  None,
  Nothing,         // no visible character, so not a word
  CutByComment,    // `#` follows without whitespace: the kernel silently drops the word
  OpenQuote,       // a quote is not closed on its line
  BadKey,          // not letters, digits and `_` up to `=`
  TextAfterQuote,  // the value begins with a quote but does not end with it
  BadCharacter,    // a control character in the value
};

// Cuts `clause` of `line` into `word`; on BadKey and BadCharacter `*bad` is the offending byte.
WordProblem CutQuotedWord(const Checker& checker, const syntax::Line& line,
                          const syntax::Clause& clause, Word& word, std::uint32_t* bad = nullptr);

// All words of `line` that the kernel keeps. Returns its first error, or None.
WordProblem CutQuotedWords(const Checker& checker, const syntax::Line& line,
                           std::vector<Word>& words);

// The last word of `line`, if a comment touches it, so that the kernel drops it.
struct DroppedWord {
  Word word;
  WordProblem problem = WordProblem::None;  // any other problem of the word
};
std::optional<DroppedWord> FindDroppedWord(const Checker& checker, const syntax::Line& line);

// The quote inside which the kernel begins `word` of `clause`: it drops this quote and keeps the
// closing one. 0: the word begins outside quotes, as it should.
char QuoteAround(const Checker& checker, const syntax::Clause& clause, const Word& word);

// Reports every problem of `line` that CutQuotedWords rejects. False: the only problem is that the
// line is not meant as a statement.
bool ExplainQuotedWords(Checker& checker, const syntax::Line& line);

}  // namespace ipec::check
