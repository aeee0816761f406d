#pragma once

// Rules that decide events but can be removed without changing a decision: later statements decide
// their events in the same way. Records would differ.

#include <cstdint>
#include <vector>

#include "compiler/analysis/coverage.h"

namespace ipec::analysis {

enum class TakesOver : std::uint8_t {
  LaterRules,  // for every event that the rule matches
  Default,     // for at least one of them; later rules for the rest
};

struct Redundant {
  RuleId rule;
  RuleId taken_over_by;  // one of the later rules; invalid if the default takes over
};

// Rules, last first, that can be removed together without changing a decision. Linear. Sound but
// not complete: a rule is kept if a rule for another digest might interfere.
std::vector<Redundant> FindRedundant(const Coverage& coverage, TakesOver takes_over);

}  // namespace ipec::analysis
