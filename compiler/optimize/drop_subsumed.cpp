// Removes rules whose events later rules decide alike: a digest allowed before everything signed is
// allowed.

#include "compiler/analysis/redundancy.h"
#include "compiler/optimize/pass.h"

namespace ipec::optimize {

std::optional<policy::Policy> DropSubsumed(const analysis::Coverage& coverage) {
  return WithoutRedundant(coverage, analysis::TakesOver::LaterRules);
}

}  // namespace ipec::optimize
