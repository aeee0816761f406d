#include "compiler/check/quoted_words.h"

#include <array>

#include "compiler/support/numbers.h"

namespace ipec::check {
namespace {

// The kernel's ctype for bytes, which is Latin-1.
enum : std::uint8_t { kVisible = 1, kKey = 2, kValue = 4 };

constexpr std::array<std::uint8_t, 256> kClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool visible = (byte > 0x20 && byte < 0x7F) || byte > 0xA0;
    const bool letter = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                        (byte >= 0xC0 && byte != 0xD7 && byte != 0xF7);
    const bool digit = byte >= '0' && byte <= '9';
    if (visible) classes[byte] |= kVisible;
    if (letter || digit || byte == '_') classes[byte] |= kKey;
    if (visible || byte == ' ' || byte == '\t') classes[byte] |= kValue;
  }
  return classes;
}();

bool Is(char byte, std::uint8_t set) {
  return (kClasses[support::ToByte(byte)] & set) != 0;
}

// Where the kernel begins the word: at the first visible character that is not a quote, or at the
// first visible one inside quotes.
std::uint32_t WordStart(llvm::StringRef text, support::Span span) {
  char quote = 0;
  std::uint32_t at = span.begin;
  for (; at < span.end; ++at) {
    const char byte = text[at];
    if (quote != 0 ? byte == quote : IsQuote(byte)) {
      quote = quote != 0 ? '\0' : byte;
    } else if (Is(byte, kVisible)) {
      break;
    }
  }
  return at;
}

// The first byte of `span` that is not in `set`, or its end.
std::uint32_t FirstOutside(llvm::StringRef text, support::Span span, std::uint8_t set) {
  std::uint32_t at = span.begin;
  while (at < span.end && Is(text[at], set)) ++at;
  return at;
}

// A comment follows `span` without whitespace.
bool TouchesComment(const syntax::Line& line, support::Span span) {
  return !line.comment.empty() && line.comment.begin == span.end;
}

// Cuts `span`, independent of the text after it.
WordProblem Cut(llvm::StringRef text, support::Span span, Word& word, std::uint32_t* bad) {
  const std::uint32_t begin = WordStart(text, span);
  if (begin == span.end) return WordProblem::Nothing;
  const std::size_t equals = text.slice(begin, span.end).find('=');
  word.has_equals = equals != llvm::StringRef::npos;
  word.key = {begin, word.has_equals ? support::ToU32(begin + equals) : span.end};
  word.written = {word.has_equals ? word.key.end + 1 : span.end, span.end};
  word.value = word.written;
  const std::uint32_t key_end = FirstOutside(text, word.key, kKey);
  if (key_end != word.key.end) {
    if (bad != nullptr) *bad = key_end;
    return WordProblem::BadKey;
  }
  if (word.has_value() && IsQuote(text[word.written.begin])) {
    const char quote = text[word.written.begin];
    if (word.written.size() < 2 || text[word.written.end - 1] != quote) {
      return WordProblem::TextAfterQuote;
    }
    word.value = {word.written.begin + 1, word.written.end - 1};
  }
  const std::uint32_t value_end = FirstOutside(text, word.value, kValue);
  if (value_end != word.value.end) {
    if (bad != nullptr) *bad = value_end;
    return WordProblem::BadCharacter;
  }
  return WordProblem::None;
}

}  // namespace

WordProblem CutQuotedWord(const Checker& checker, const syntax::Line& line,
                          const syntax::Clause& clause, Word& word, std::uint32_t* bad) {
  const support::Span span = clause.span();
  if (line.open_quote && span.end == line.statement.end) {
    word = {span, {span.end, span.end}, {span.end, span.end}, false};
    return WordProblem::OpenQuote;
  }
  const WordProblem problem = Cut(checker.document.text, span, word, bad);
  return problem != WordProblem::Nothing && TouchesComment(line, span) ? WordProblem::CutByComment
                                                                       : problem;
}

std::optional<DroppedWord> FindDroppedWord(const Checker& checker, const syntax::Line& line) {
  if (checker.document.lexis != syntax::Lexis::Quoted || line.clauses.empty()) return std::nullopt;
  const support::Span span = checker.document.ClausesOf(line).back().span();
  if (!TouchesComment(line, span)) return std::nullopt;
  DroppedWord dropped;
  dropped.problem = Cut(checker.document.text, span, dropped.word, nullptr);
  if (dropped.problem == WordProblem::Nothing) return std::nullopt;
  return dropped;
}

char QuoteAround(const Checker& checker, const syntax::Clause& clause, const Word& word) {
  char quote = 0;
  for (const char byte : checker.Text({clause.key.begin, word.key.begin})) {
    if (quote != 0 ? byte == quote : IsQuote(byte)) quote = quote != 0 ? '\0' : byte;
  }
  return quote;
}

WordProblem CutQuotedWords(const Checker& checker, const syntax::Line& line,
                           std::vector<Word>& words) {
  words.clear();
  words.reserve(line.clauses.count);
  for (const syntax::Clause& clause : checker.document.ClausesOf(line)) {
    Word word;
    switch (const WordProblem problem = CutQuotedWord(checker, line, clause, word)) {
      case WordProblem::None:
        words.push_back(word);
        break;
      case WordProblem::Nothing:
      case WordProblem::CutByComment:
        break;
      default:
        return problem;
    }
  }
  return WordProblem::None;
}

}  // namespace ipec::check
