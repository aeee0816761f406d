#include "compiler/check/read_alone.h"

#include <utility>

#include "compiler/syntax/parse.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using support::Span;

// A header that is right, for statements below one.
constexpr llvm::StringLiteral kHead = "policy_name=n policy_version=0.0.1\n";

void Move(Span& span, std::uint32_t from) {
  span = {span.begin - from, span.end - from};
}

void Move(Diagnostic& finding, std::uint32_t from) {
  Move(finding.where, from);
  for (diagnostics::Note& note : finding.notes) {
    if (!note.has_place) continue;
    // What stands in the header is nowhere in the part.
    note.has_place = note.where.begin >= from;
    if (note.has_place) Move(note.where, from);
  }
  for (diagnostics::Fix& fix : finding.fixes) {
    for (diagnostics::TextEdit& edit : fix.edits) Move(edit.where, from);
  }
}

}  // namespace

Reading ReadAlone(const Checker& checker, Span part, std::string text) {
  const bool is_below =
      checker.header && (checker.header->begin < part.begin || checker.header->begin >= part.end);
  const llvm::StringRef head = is_below ? llvm::StringRef(kHead) : llvm::StringRef();
  const std::string whole = head.str() + text;
  const syntax::Document document = syntax::Parse(whole, checker.document.lexis);
  diagnostics::Sink sink;
  Result result;
  result.policy.semantics = checker.target.semantics();
  Checker alone{document, checker.target, checker.options, sink, result};
  ReadStatements(alone);
  sink.SortByPlace();
  for (Diagnostic& finding : sink.list()) Move(finding, static_cast<std::uint32_t>(head.size()));
  return {std::move(text), std::move(sink.list()), std::move(result.policy), alone.broken};
}

}  // namespace ipec::check
