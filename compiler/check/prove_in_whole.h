#pragma once

// The last proof of repairs: the whole text is checked again as each of them would leave it.
//
// Where a repair, or the first repairs of all findings at once, would bring a finding of a new
// kind, it is withheld until the others are made. Large texts with many errors are not read so
// often; their repairs have been proved in the statements around them.

#include "compiler/check/check.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace ipec::check {

// Checks a text, and reports only the kinds of its findings.
using CheckAgain = llvm::function_ref<void(const syntax::Document&, diagnostics::Sink&)>;

// `sink` has the findings about `document`, in file order.
void ProveInWhole(const syntax::Document& document, CheckAgain check, diagnostics::Sink& sink);

// CheckDocument without ProveInWhole; if `offers_repairs` is false, also without the repairs.
Result CheckOnce(const syntax::Document& document, const targets::Target& target,
                 const Options& options, diagnostics::Sink& sink, bool offers_repairs);

// Whether the text is UTF-16, in either byte order, with or without a mark.
bool IsUtf16(llvm::StringRef text);

}  // namespace ipec::check
