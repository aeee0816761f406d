#include "compiler/check/read_alone.h"

#include <algorithm>
#include <utility>

#include "compiler/support/numbers.h"
#include "compiler/syntax/parse.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using support::Span;

// A correct header, for statements below it.
constexpr llvm::StringLiteral kHead = "policy_name=n policy_version=0.0.1\n";

void MoveFinding(Diagnostic& finding, std::uint32_t from) {
  Move(finding.where, from);
  for (diagnostics::Note& note : finding.notes) {
    if (!note.has_place) continue;
    // The part does not contain the words of the header.
    note.has_place = note.where.begin >= from;
    if (note.has_place) Move(note.where, from);
  }
  for (diagnostics::Fix& fix : finding.fixes) {
    for (diagnostics::TextEdit& edit : fix.edits) Move(edit.where, from);
  }
}

}  // namespace

// Where order counts, the first statement never is; where it does not, the first header is the one
// that counts.
bool IsBelowHeader(const Checker& checker, Span part) {
  if (!checker.header) return false;
  const std::uint32_t header = checker.header->begin;
  if (header >= part.begin && header < part.end) return false;
  if (checker.document.lexis == syntax::Lexis::Quoted) return header < part.begin;
  const auto& lines = checker.document.lines;
  const auto first = std::find_if(lines.begin(), lines.end(),
                                  [](const syntax::Line& line) { return !line.clauses.empty(); });
  return first != lines.end() && first->span.begin < part.begin;
}

Reading ReadAlone(const Checker& checker, Span part, std::string text) {
  const bool is_below = IsBelowHeader(checker, part);
  const llvm::StringRef head = is_below ? llvm::StringRef(kHead) : llvm::StringRef();
  const std::string whole = head.str() + text;
  const syntax::Document document = syntax::Parse(whole, checker.document.lexis);
  diagnostics::Sink sink;
  Result result;
  result.policy.semantics = checker.target.semantics();
  Checker alone{document, checker.target, checker.options, sink, result};
  ReadStatements(alone);
  if (!is_below) CheckNameOfHeader(alone);
  sink.SortByPlace();
  for (Diagnostic& finding : sink.list()) MoveFinding(finding, support::ToU32(head.size()));
  return {std::move(text), std::move(sink.list()), std::move(result.policy),
          alone.broken,    alone.is_template,      document.clauses.size() == (is_below ? 2 : 0)};
}

}  // namespace ipec::check
