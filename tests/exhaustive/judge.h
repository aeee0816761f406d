#pragma once

// Sameness of two policies by the obvious way: decide every possible event with both. What
// analysis::Compare and the passes are held to.

#include <optional>

#include "compiler/analysis/compare.h"
#include "tests/exhaustive/small_policies.h"

namespace ipec::exhaustive {

using analysis::Keeps;

// An event the two policies treat differently, or nothing. All operations, the unknown one
// included.
std::optional<Event> FindDifference(Keeps keeps, const Policy& before, const Policy& after);

// As FindDifference, when the decisions about `events` are known already.
bool SameOutcome(Keeps keeps, const Policy& before, const Decision& decided_before,
                 const Policy& after, const Decision& decided_after);

}  // namespace ipec::exhaustive
