// From the words of a kernel, which splits bytes, to those of an author, who sees characters. The
// last byte of many characters (`à`, `†`, a no-break space) is whitespace for kernels.

#include "compiler/check/explain.h"
#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"

namespace ipec::check {

using support::Span;

Word WordIn(const Checker& checker, Span span) {
  const std::size_t equals = checker.Text(span).find('=');
  Word word;
  word.has_equals = equals != llvm::StringRef::npos;
  word.key = {span.begin, word.has_equals ? support::ToU32(span.begin + equals) : span.end};
  word.written = {word.has_equals ? word.key.end + 1 : span.end, span.end};
  word.value = ValueIn(checker, word.written);
  return word;
}

Span ValueIn(const Checker& checker, Span written) {
  if (checker.document.lexis != syntax::Lexis::Quoted) return written;
  const llvm::StringRef text = checker.Text(written);
  const bool quoted =
      text.size() > 1 && (text[0] == '\'' || text[0] == '"') && text.back() == text[0];
  return quoted ? Span{written.begin + 1, written.end - 1} : written;
}

syntax::Line WholeLine(const Checker& checker, syntax::Line line) {
  line.statement = support::WholeCharacters(checker.document.text, line.statement);
  return line;
}

std::vector<Word> WholeWords(const Checker& checker, std::span<const Word> words) {
  const llvm::StringRef text = checker.document.text;
  std::vector<Word> whole;
  for (const Word& word : words) {
    const Span span = support::WholeCharacters(text, word.span());
    // Words that only a part of a character separates are joined.
    if (!whole.empty() && span.begin == whole.back().written.end) {
      whole.back() = WordIn(checker, {whole.back().key.begin, span.end});
    } else {
      whole.push_back(span == word.span() ? word : WordIn(checker, span));
    }
  }
  return whole;
}

}  // namespace ipec::check
