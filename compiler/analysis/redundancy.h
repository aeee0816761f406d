#pragma once

// Rules that decide events and could go all the same, as far as decisions are concerned: what they
// decide would be decided alike by what comes after them. Records would read differently.

#include <cstdint>
#include <vector>

#include "compiler/analysis/coverage.h"

namespace ipec::analysis {

enum class TakesOver : std::uint8_t {
  LaterRules,  // for every event that the rule holds for
  Default,     // for at least one of them; later rules for the rest
};

struct Redundant {
  RuleId rule;
  RuleId taken_over_by;  // one of the later rules that do; invalid when the default does
};

// Rules, last first, that may be removed together without a change of any decision. Linear.
// Sound, not complete: a rule is kept when a rule for another digest than its own might interfere.
std::vector<Redundant> FindRedundant(const Coverage& coverage, TakesOver takes_over);

}  // namespace ipec::analysis
