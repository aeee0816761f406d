// What a policy has once, and here twice.

#include <fmt/format.h>

#include "compiler/check/explain.h"
#include "compiler/check/explain_values.h"

namespace ipec::check {

void ExplainSecondDefault(Checker& checker, const syntax::Line& line,
                          const policy::Default& earlier,
                          std::optional<policy::Operation> operation) {
  const std::string what = operation ? fmt::format("`{}`", runtime::Name(*operation))
                                     : std::string("all other operations");
  checker.sink.Emit(line.statement, diag::DuplicateDefault, what)
      .AddNote("the first one stands here", earlier.statement)
      .AddFix("remove this one", {RemoveStatement(checker, line)});
}

void ExplainSecondHeader(Checker& checker, const syntax::Line& line) {
  checker.sink.Emit(line.statement, diag::SecondHeader)
      .AddNote("the first one stands here", *checker.header)
      .AddFix("remove this one", {RemoveStatement(checker, line)});
}

bool NoteReturn(const Checker& checker, diagnostics::Diagnostic& diagnostic,
                support::Span between) {
  const bool is_blank = checker.document.lexis == syntax::Lexis::Quoted;
  if (!is_blank || !checker.Text(between).contains('\r')) return false;
  diagnostic.AddNote("a carriage return is a blank here, only a line feed ends a line");
  return true;
}

}  // namespace ipec::check
