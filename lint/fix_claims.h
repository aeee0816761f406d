#pragma once

// A file of claims with its repairs applied, for `--fix`, `--diff` and editors.

#include "compiler/pipeline/claims_reading.h"
#include "lint/fix_text.h"

namespace ipec::lint {

// Repairs until nothing is left to repair, so repairing the result changes nothing. A repair that
// leaves a choice to the author is not applied.
//
// Each text is proved before it takes the place of the last one, for every target: it has fewer
// errors, no more of any kind, and every claim that was well-formed is still there, in order.
// Repairs that would break this together are applied in part or not at all.
FixedText FixClaims(const pipeline::ClaimsReading& reading);

}  // namespace ipec::lint
