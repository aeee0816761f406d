// What is wrong with the words of a line in the dialect with quotes, before anything is read.

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "compiler/check/explain.h"
#include "compiler/check/explain_values.h"
#include "compiler/check/placeholder.h"
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

// The placeholder that begins with `word`, which is no key, or nothing.
Span TemplateAt(const Checker& checker, const syntax::Line& line, const Word& word) {
  const bool is_open = !OpenTemplate(checker.Text(word.key)).empty();
  const std::uint32_t begin = word.key.begin;
  const llvm::StringRef text = checker.Text({begin, is_open ? line.statement.end : word.key.end});
  const llvm::StringRef found = FindTemplate(text);
  if (found.empty()) return {};
  return {begin, static_cast<std::uint32_t>(begin + (found.end() - text.begin()))};
}

// Reports what is wrong with `clause`. Gives where what was explained ends.
std::uint32_t Explain(Checker& checker, const syntax::Line& line, const syntax::Clause& clause) {
  const std::uint32_t end = clause.span().end;
  const llvm::StringRef text = checker.document.text;
  Word word;
  std::uint32_t bad = 0;
  switch (CutQuotedWord(checker, line, clause, word, &bad)) {
    case WordProblem::OpenQuote: {
      const std::uint32_t open = OpenQuoteIn(text, clause.span());
      checker.sink.Emit({open, open + 1}, diag::OpenQuote, std::string_view(text.data() + open, 1))
          .AddNote("the RFC series reads quotes within a line");
      return end;
    }
    case WordProblem::BadKey: {
      if (const Span found = TemplateAt(checker, line, word); ExplainTemplate(checker, found)) {
        if (clause.key.begin == line.statement.begin) checker.is_template = true;
        return found.end;
      }
      const OddBlank blank = OddBlankAt(text.slice(bad, word.written.end));
      if (bad == 0 || !text.startswith("\xEF\xBB\xBF") || bad > 2) {
        checker.sink.Emit(word.key, diag::BadKey, Show(checker.Text(word.key)))
            .AddNote(blank.length > 0 ? fmt::format("it holds {}", std::string_view(blank.name))
                                      : std::string("the byte here is none of them"),
                     {bad, bad + 1});
        return end;
      }
      checker.sink.Emit({0, 3}, diag::ByteOrderMark).AddFix("remove it", {{{0, 3}, ""}});
      return end;
    }
    case WordProblem::TextAfterQuote:
      checker.sink.Emit(word.written, diag::TextAfterQuote, Show(checker.Text(word.written)));
      return end;
    case WordProblem::BadCharacter:
      checker.sink
          .Emit({bad, bad + 1}, diag::ControlCharacter,
                fmt::format("{:02x}", static_cast<unsigned char>(text[bad])))
          .AddNote("values hold visible characters, spaces and tabs");
      return end;
    case WordProblem::CutByComment:
      ExplainCut(checker, line, {});
      return end;
    default:
      return end;
  }
}

}  // namespace

void MendQuotesFirst(Checker& checker, std::size_t first) {
  if (checker.document.lexis != syntax::Lexis::Quoted) return;
  const auto findings = std::span(checker.sink.list()).subspan(first);
  const auto about_quotes = [](const diagnostics::Diagnostic& finding) {
    return finding.descriptor == &diag::QuotedValue.descriptor;
  };
  if (std::none_of(findings.begin(), findings.end(), about_quotes)) return;
  for (diagnostics::Diagnostic& finding : findings) {
    if (!about_quotes(finding)) finding.fixes.clear();
  }
}

void ExplainQuotedWords(Checker& checker, const syntax::Line& line) {
  std::size_t left = FewWords::kMost;
  std::uint32_t done = line.statement.begin;
  for (const syntax::Clause& clause : checker.document.ClausesOf(line)) {
    if (clause.key.begin < done) continue;  // a part of a placeholder
    if (checker.sink.full()) checker.sink.Skip();
    if (checker.sink.full() || left == 0) return;
    const std::size_t before = checker.sink.list().size();
    done = Explain(checker, line, clause);
    if (checker.sink.list().size() > before) --left;
  }
}

}  // namespace ipec::check
