// What is wrong with the words of a line in the dialect with quotes, before anything is read.

#include <fmt/format.h>

#include "compiler/check/explain.h"
#include "compiler/check/quoted_words.h"
#include "compiler/check/regroup.h"
#include "compiler/check/show.h"

namespace ipec::check {
namespace {

using support::Span;

// Where the quote that is never closed stands.
std::uint32_t OpenQuoteIn(llvm::StringRef text, Span span) {
  std::uint32_t open = span.begin;
  char quote = 0;
  for (std::uint32_t at = span.begin; at < span.end; ++at) {
    if (quote != 0) {
      if (text[at] == quote) quote = 0;
    } else if (text[at] == '\'' || text[at] == '"') {
      quote = text[at];
      open = at;
    }
  }
  return open;
}

void Explain(Checker& checker, const syntax::Line& line, const syntax::Clause& clause) {
  const llvm::StringRef text = checker.document.text;
  Word word;
  std::uint32_t bad = 0;
  switch (CutQuotedWord(checker, line, clause, word, &bad)) {
    case WordProblem::OpenQuote: {
      const std::uint32_t open = OpenQuoteIn(text, clause.span());
      checker.sink.Emit({open, open + 1}, diag::OpenQuote, std::string_view(text.data() + open, 1))
          .AddNote("the RFC series reads quotes within a line");
      return;
    }
    case WordProblem::BadKey: {
      const OddBlank blank = OddBlankAt(text.slice(bad, word.written.end));
      if (bad == 0 || !text.startswith("\xEF\xBB\xBF") || bad > 2) {
        checker.sink.Emit(word.key, diag::BadKey, Show(checker.Text(word.key)))
            .AddNote(blank.length > 0 ? fmt::format("it holds {}", std::string_view(blank.name))
                                      : std::string("the byte here is none of them"),
                     {bad, bad + 1});
        return;
      }
      checker.sink.Emit({0, 3}, diag::ByteOrderMark).AddFix("remove it", {{{0, 3}, ""}});
      return;
    }
    case WordProblem::TextAfterQuote:
      checker.sink.Emit(word.written, diag::TextAfterQuote, Show(checker.Text(word.written)));
      return;
    case WordProblem::BadCharacter:
      checker.sink
          .Emit({bad, bad + 1}, diag::ControlCharacter,
                fmt::format("{:02x}", static_cast<unsigned char>(text[bad])))
          .AddNote("values hold visible characters, spaces and tabs");
      return;
    default:
      return;
  }
}

}  // namespace

void ExplainQuotedWords(Checker& checker, const syntax::Line& line) {
  std::size_t left = FewWords::kMost;
  for (const syntax::Clause& clause : checker.document.ClausesOf(line)) {
    if (checker.sink.full()) checker.sink.Skip();
    if (checker.sink.full() || left == 0) return;
    const std::size_t before = checker.sink.list().size();
    Explain(checker, line, clause);
    if (checker.sink.list().size() > before) --left;
  }
}

}  // namespace ipec::check
