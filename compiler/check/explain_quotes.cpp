// Explains errors in the words of a line in the dialect with quotes, before anything is read.

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "compiler/check/explain.h"
#include "compiler/check/explain_values.h"
#include "compiler/check/placeholder.h"
#include "compiler/check/quoted_words.h"
#include "compiler/check/regroup.h"
#include "compiler/check/show.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using support::Span;

// The place of the unclosed quote.
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

// The placeholder that begins with `word`, which is not a key, or nothing.
Span TemplateAt(const Checker& checker, const syntax::Line& line, const Word& word) {
  const bool is_open = !OpenTemplate(checker.Text(word.key)).empty();
  const std::uint32_t begin = word.key.begin;
  const llvm::StringRef text = checker.Text({begin, is_open ? line.statement.end : word.key.end});
  const llvm::StringRef found = FindTemplate(text);
  if (found.empty()) return {};
  return {begin, support::SpanIn(checker.document.text, found).end};
}

// The byte at `at`, or the character that contains it.
std::string DescribeByte(llvm::StringRef text, std::uint32_t at) {
  const Span whole = support::WholeCharacters(text, {at, at + 1});
  if (whole.size() == 1 && (text[at] <= 0x20 || text[at] >= 0x7F))
    return fmt::format("the byte {:02x}", support::ToByte(text[at]));
  return fmt::format("the character `{}`", Show(text.slice(whole.begin, whole.end)));
}

// Notes which byte of the character at `at` the kernel rejects.
void NoteByte(Diagnostic& diagnostic, llvm::StringRef text, std::uint32_t at) {
  if (support::WholeCharacters(text, {at, at + 1}).size() == 1) return;
  diagnostic.AddNote(fmt::format("the kernel reads single bytes, and rejects the byte {:02x} of it",
                                 support::ToByte(text[at])));
}

// Reports the problem of `clause`. Returns the end of the explained text.
std::uint32_t Explain(Checker& checker, const syntax::Line& line, const syntax::Clause& clause) {
  const llvm::StringRef text = checker.document.text;
  const std::uint32_t end = clause.span().end;
  Word word;
  std::uint32_t bad = 0;
  const WordProblem problem = CutQuotedWord(checker, line, clause, word, &bad);
  const Span key = support::WholeCharacters(text, word.key);
  const Span written = support::WholeCharacters(text, word.written);
  const Span character = support::WholeCharacters(text, {bad, bad + 1});
  switch (problem) {
    case WordProblem::OpenQuote: {
      const std::uint32_t open = OpenQuoteIn(text, clause.span());
      checker.sink.Emit({open, open + 1}, diag::OpenQuote, std::string_view(text.data() + open, 1))
          .AddNote("the RFC series does not continue a quoted value on the next line");
      return end;
    }
    case WordProblem::BadKey: {
      if (const Span found = TemplateAt(checker, line, word); ExplainTemplate(checker, found)) {
        if (clause.key.begin == line.statement.begin) checker.is_template = true;
        return found.end;
      }
      const OddBlank blank = OddBlankAt(text.slice(character.begin, written.end));
      if (bad == 0 || !text.startswith("\xEF\xBB\xBF") || bad > 2) {
        checker.sink.Emit(key, diag::BadKey, Show(checker.Text(key)))
            .AddNote(blank.length > 0 ? fmt::format("it contains {}", std::string_view(blank.name))
                                      : DescribeByte(text, bad) + " is not one of them",
                     character);
        return end;
      }
      checker.sink.Emit({0, 3}, diag::ByteOrderMark)
          .AddFix("remove the byte order mark", {{{0, 3}, ""}});
      return end;
    }
    case WordProblem::TextAfterQuote:
      checker.sink.Emit(written, diag::TextAfterQuote, Show(checker.Text(written)));
      return end;
    case WordProblem::BadCharacter: {
      Diagnostic& diagnostic =
          checker.sink.Emit(character, diag::ControlCharacter, DescribeByte(text, bad));
      diagnostic.AddNote("a value has only printable characters, spaces and tabs");
      NoteByte(diagnostic, text, bad);
      return end;
    }
    case WordProblem::CutByComment:
      ExplainCut(checker, line, {});
      return end;
    default:
      return end;
  }
}

// A character whose last byte is whitespace separates a word from a comment: if it is removed, a
// space must replace it.
void KeepBlankBeforeComment(const Checker& checker, const syntax::Line& line,
                            std::span<Diagnostic> findings) {
  const std::uint32_t at = line.comment.begin;
  if (line.comment.empty() || at == 0 || checker.document.text[at - 1] != '\xA0') return;
  for (Diagnostic& finding : findings) {
    for (diagnostics::Fix& fix : finding.fixes) {
      if (fix.edits.empty()) continue;
      diagnostics::TextEdit& last = fix.edits.back();
      const bool keeps = last.where.end != at || last.where.empty() || last.text.empty();
      if (!keeps && last.text.back() != ' ') last.text += ' ';
    }
  }
}

}  // namespace

void KeepFirstRepair(Checker& checker, const syntax::Line& line, std::size_t first) {
  if (checker.document.lexis != syntax::Lexis::Quoted) return;
  const auto findings = std::span(checker.sink.list()).subspan(first);
  KeepBlankBeforeComment(checker, line, findings);
  const auto keep_only = [&](const diagnostics::Descriptor& descriptor) {
    const auto is_it = [&](const Diagnostic& finding) { return finding.descriptor == &descriptor; };
    if (std::none_of(findings.begin(), findings.end(), is_it)) return false;
    for (Diagnostic& finding : findings) {
      if (!is_it(finding)) finding.fixes.clear();
    }
    return true;
  };
  if (keep_only(diag::QuotedValue.descriptor)) return;
  if (DropsPartOfWord(checker, line)) keep_only(diag::CommentCuts.descriptor);
}

bool ExplainQuotedWords(Checker& checker, const syntax::Line& line) {
  if (ExplainForeignComment(checker, line) || ExplainAuditRecord(checker, line)) return false;
  std::size_t left = StatementExcerpt::kMost;
  std::uint32_t done = line.statement.begin;
  for (const syntax::Clause& clause : checker.document.ClausesOf(line)) {
    if (clause.key.begin < done) continue;  // a part of a placeholder
    if (checker.sink.full()) checker.sink.Skip();
    if (checker.sink.full() || left == 0) return true;
    const std::size_t before = checker.sink.list().size();
    done = Explain(checker, line, clause);
    if (checker.sink.list().size() > before) --left;
  }
  return true;
}

}  // namespace ipec::check
