// Explains duplicates of statements that a policy can have only once.

#include <string>
#include <utility>

#include <fmt/format.h>

#include "compiler/check/explain.h"
#include "compiler/check/explain_values.h"
#include "compiler/check/show.h"
#include "compiler/diagnostics/definitions.h"

namespace ipec::check {

namespace {

std::string WordsOf(std::optional<policy::Operation> operation) {
  return operation ? fmt::format("`{}`", runtime::Name(*operation))
                   : std::string("all other operations");
}

}  // namespace

void ExplainSecondDefault(Checker& checker, const syntax::Line& line,
                          const policy::Default& earlier,
                          std::optional<policy::Operation> operation, policy::Action action) {
  diagnostics::Diagnostic& diagnostic =
      checker.sink.Emit(line.statement, diag::DuplicateDefault, WordsOf(operation));
  diagnostic.AddNote("the first one is here", earlier.statement);
  const bool says_the_same = action == earlier.action;
  std::string title = "remove this one";
  if (!says_the_same && action == policy::Action::Deny) title += kLoosens;
  diagnostic.AddFix(std::move(title), {RemoveStatement(checker, line)});
  diagnostic.fixes.back().is_guess = !says_the_same;
}

void ExplainSecondDefaultOfAlias(Checker& checker, const syntax::Line& line,
                                 const policy::Default& earlier, policy::Operation second,
                                 const OtherDefaults& others) {
  diagnostics::Diagnostic& diagnostic =
      checker.sink.Emit(line.statement, diag::DuplicateDefault, WordsOf(second));
  diagnostic.AddNote("the first one is here", earlier.statement);
  diagnostic.AddNote(
      fmt::format("`{}` is short for several operations", Show(checker.Text(others.alias))));
  // Without this one, nothing would decide the others.
  std::string title = "replace with DEFAULTs for the other operations";
  if (!others.says_the_same && others.action == policy::Action::Deny) title += kLoosens;
  diagnostic.AddFix(
      std::move(title),
      {{line.statement, OncePerOperation(checker, line, others.alias, others.operations)}});
  diagnostic.fixes.back().is_guess = !others.says_the_same;
}

void ExplainMeantDefault(Checker& checker, const syntax::Line& line, const policy::Default* other,
                         std::optional<policy::Operation> operation) {
  diagnostics::Diagnostic& diagnostic = checker.sink.Emit(
      WholeLine(checker, line).statement, diag::DuplicateDefault, WordsOf(operation));
  if (other != nullptr) diagnostic.AddNote("the other one is here", other->statement);
}

void ExplainSecondHeader(Checker& checker, const syntax::Line& line) {
  diagnostics::Diagnostic& diagnostic = checker.sink.Emit(line.statement, diag::SecondHeader);
  diagnostic.AddNote("the first one is here", *checker.header);
  OfferRemoval(checker, line, diagnostic, "remove this one");
}

bool NoteReturn(const Checker& checker, diagnostics::Diagnostic& diagnostic,
                support::Span between) {
  const bool is_blank = checker.document.lexis == syntax::Lexis::Quoted;
  if (!is_blank || !checker.Text(between).contains('\r')) return false;
  diagnostic.AddNote(
      "this kernel reads a carriage return as whitespace; only a line feed ends a line");
  return true;
}

}  // namespace ipec::check
