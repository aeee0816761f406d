#pragma once

// Do two policies mean the same? Exact, over every class of events a kernel can produce, operations
// without a name included. The optimizer holds each pass to it; fixes and diffs ask it, too.

#include <cstdint>
#include <optional>

#include "compiler/analysis/coverage.h"
#include "compiler/analysis/witness.h"

namespace ipec::analysis {

// What has to stay the same.
//   Decision   the action
//   Audit      the action, what kind of thing decided (rule, op default, global default) and, for a
//              rule, its text as records print it: its conditions in order. Lines may differ.
enum class Keeps : std::uint8_t { Audit, Decision };

enum class Verdict : std::uint8_t {
  Same,
  Different,
  // The classes are too many to look at one by one, and no shorter argument settled it. Happens
  // only when hundreds of digests of both kinds, named in pairs too, were reordered.
  Undecided,
};

struct Comparison {
  Verdict verdict = Verdict::Same;
  // An event that the two decide or record differently, when the verdict is Different.
  std::optional<Witness> witness;
};

// Takes O(n log n) in the number of rules. The two must be of one dialect (equal semantics).
Comparison Compare(Keeps keeps, const Coverage& before, const Coverage& after);

// Whether Compare says Same.
bool Same(Keeps keeps, const policy::Policy& before, const policy::Policy& after);

}  // namespace ipec::analysis
