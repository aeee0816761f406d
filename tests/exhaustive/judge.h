#pragma once

// Compares two policies in the obvious way: by deciding every possible event with both. The
// reference for analysis::Compare and the passes.

#include <optional>

#include "compiler/analysis/compare.h"
#include "tests/exhaustive/small_policies.h"

namespace ipec::exhaustive {

using analysis::EventOf;
using analysis::Keeps;

// An event that the two policies decide differently, or nothing. All operations, including the
// unknown one.
std::optional<Event> FindDifference(Keeps keeps, const Policy& before, const Policy& after);

// As FindDifference, with the decisions about `events` already known.
bool SameOutcome(Keeps keeps, const Policy& before, const Decision& decided_before,
                 const Policy& after, const Decision& decided_after);

}  // namespace ipec::exhaustive
