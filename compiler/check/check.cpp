#include "compiler/check/check.h"

#include <algorithm>

#include "compiler/check/checker.h"
#include "compiler/check/prove_in_whole.h"
#include "compiler/check/prove_repairs.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/targets/features.h"

namespace ipec::check {

using targets::Feature;

// No kernel can read it, because one byte of each pair is a NUL.
bool IsUtf16(llvm::StringRef text) {
  if (text.startswith("\xFF\xFE") || text.startswith("\xFE\xFF")) return true;
  return text.size() >= 4 && ((text[0] != 0 && text[1] == 0 && text[2] != 0 && text[3] == 0) ||
                              (text[0] == 0 && text[1] != 0 && text[2] == 0 && text[3] != 0));
}

namespace {

void Read(Checker& checker) {
  ReadStatements(checker);
  CheckNameOfHeader(checker);
  ProveRepairs(checker);
  CheckWhole(checker);
}

}  // namespace

void ReadStatements(Checker& checker) {
  if (checker.target.Has(Feature::QuotedValues)) {
    ReadInThreePasses(checker);
  } else {
    ReadLinesInOrder(checker);
  }
  JoinWrapped(checker);
}

syntax::Lexis LexisOf(const targets::Target& target) {
  return target.Has(Feature::QuotedValues) ? syntax::Lexis::Quoted : syntax::Lexis::Plain;
}

Result CheckOnce(const syntax::Document& document, const targets::Target& target,
                 const Options& options, diagnostics::Sink& sink, bool offers_repairs) {
  Result result;
  result.policy.semantics = target.semantics();
  if (IsUtf16(document.text)) {
    // Only the kernel's error for such a text is of interest, not the statements that it reads.
    diagnostics::Sink nobody(0);
    Checker checker{document, target, options, nobody, result, false};
    Read(checker);
    sink.Emit({0, 2}, diag::Utf16Text)
        .AddNote("save the file as UTF-8 without a byte order mark, or as ASCII");
    return result;
  }
  Checker checker{document, target, options, sink, result, offers_repairs};
  Read(checker);
  sink.SortByPlace();
  return result;
}

Result CheckDocument(const syntax::Document& document, const targets::Target& target,
                     const Options& options, diagnostics::Sink& sink) {
  Result result = CheckOnce(document, target, options, sink, true);
  ProveInWhole(
      document,
      [&](const syntax::Document& after, diagnostics::Sink& findings) {
        CheckOnce(after, target, options, findings, false);
      },
      sink);
  return result;
}

}  // namespace ipec::check
