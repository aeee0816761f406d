#pragma once

// The last proof of repairs: the whole text is checked again as each of them would leave it.
//
// Where a repair, or the first repairs of all findings at once, would bring a finding of a new
// kind, it is withheld until the others are made. Large texts with many errors are not read so
// often; their repairs have been proved in the statements around them.

#include "compiler/check/check.h"

namespace ipec::check {

// `sink` has the findings of CheckOnce about `document`, in file order.
void ProveInWhole(const syntax::Document& document, const targets::Target& target,
                  const Options& options, diagnostics::Sink& sink);

// CheckDocument without ProveInWhole; if `offers_repairs` is false, also without the repairs.
Result CheckOnce(const syntax::Document& document, const targets::Target& target,
                 const Options& options, diagnostics::Sink& sink, bool offers_repairs);

}  // namespace ipec::check
