#pragma once

// Do two policies mean the same? Exact, over every class of events that a kernel can produce,
// including operations without a name. The optimizer verifies each pass with it; fixes and layouts
// are proved with it.

#include <cstdint>
#include <optional>

#include "compiler/analysis/coverage.h"
#include "compiler/analysis/witness.h"

namespace ipec::analysis {

// The properties to preserve.
//   Decision   the action
//   Audit      the action, the kind of statement that decided (rule, operation default, global
//              default) and, for a rule, its text as records print it: its conditions in order.
//              Lines may differ.
enum class Keeps : std::uint8_t { Audit, Decision };

// An event that the two policies decide or record differently; nothing if they mean the same.
//
// O(n log n) in the number of rules. Both policies must have the same dialect (equal semantics).
std::optional<Witness> Compare(Keeps keeps, const Coverage& before, const Coverage& after);

}  // namespace ipec::analysis
