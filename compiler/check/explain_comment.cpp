// Parts of a statement that a comment cuts off: parts inside the comment and, in the dialect with
// quotes, the word that it touches.

#include <algorithm>

#include "compiler/check/explain.h"
#include "compiler/check/quoted_words.h"
#include "compiler/check/show.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/records/audit_line.h"
#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"

namespace ipec::check {

using support::Span;

bool ExplainCut(Checker& checker, const syntax::Line& line, llvm::StringRef part) {
  if (line.comment.empty()) return false;
  const bool hides = !part.empty() && checker.Text(line.comment).take_front(4096).contains(part);
  const std::optional<DroppedWord> dropped = FindDroppedWord(checker, line);
  if (!hides && !dropped) return false;
  const std::uint32_t at = line.comment.begin;
  diagnostics::Diagnostic& diagnostic = checker.sink.Emit({at, at + 1}, diag::CommentCuts);
  if (hides) {
    diagnostic.AddNote("`#` begins a comment anywhere, so the kernel ignores the rest of the line");
    return true;
  }
  diagnostic.AddNote("the kernel drops a word that touches a comment");
  // A word that cannot be read would only be another problem.
  if (dropped->problem == WordProblem::None) {
    diagnostic.AddFix("insert a space before the comment", {{{at, at}, " "}});
  }
  return false;
}

std::uint32_t ForeignComment(llvm::StringRef text) {
  for (const llvm::StringRef mark : {";", "//", "--"}) {
    if (text.startswith(mark)) return support::ToU32(mark.size());
  }
  return 0;
}

bool ExplainForeignComment(Checker& checker, const syntax::Line& line) {
  const std::uint32_t begin = line.statement.begin;
  const std::uint32_t length = ForeignComment(checker.Text(line.statement));
  if (length == 0) return false;
  const Span mark{begin, begin + length};
  // Without its mark, a statement that was taken out would be read again.
  checker.sink.Emit(mark, diag::UnknownStatement, Show(checker.Text(mark)))
      .AddNote("a comment begins with `#`")
      .AddFix("turn the line into a comment", {{{begin, begin}, "# "}});
  return true;
}

bool ExplainAuditRecord(Checker& checker, const syntax::Line& line) {
  // A name in a record can have a `#`.
  const std::uint32_t begin = line.statement.begin;
  const llvm::StringRef text =
      checker.Text({begin, std::max(line.statement.end, line.span.end)}).rtrim("\n");
  if (!records::IsAuditLine(text)) return false;
  const Span first{
      begin,
      begin + support::ToU32(
                  text.take_until([](char byte) { return byte == ' ' || byte == '='; }).size())};
  checker.sink.Emit(first, diag::UnknownStatement, Show(checker.Text(first)))
      .AddNote("this is an audit record: `ipec replay` and `ipec eval` read logs")
      .AddFix("turn the line into a comment", {{{begin, begin}, "# "}});
  return true;
}

bool DropsPartOfWord(const Checker& checker, const syntax::Line& line) {
  const std::optional<DroppedWord> dropped = FindDroppedWord(checker, line);
  if (!dropped) return false;
  const std::size_t before = dropped->word.key.begin - 1;
  return support::CharacterFloor(checker.document.text, before) != before;
}

llvm::StringRef BlankBeforeComment(const Checker& checker, const syntax::Line& line) {
  const bool touches = checker.document.lexis == syntax::Lexis::Quoted && !line.comment.empty() &&
                       line.comment.begin == line.statement.end;
  return touches ? " " : "";
}

StatementExcerpt AsWritten(const Checker& checker, const syntax::Line& line,
                           StatementExcerpt words) {
  if (const std::optional<DroppedWord> dropped = FindDroppedWord(checker, line)) {
    if (dropped->problem == WordProblem::None) {
      words.words.push_back(dropped->word);
    } else {
      words.is_whole = false;  // a rewritten statement would lose it
    }
  }
  words.words = WholeWords(checker, words.words);
  return words;
}

}  // namespace ipec::check
