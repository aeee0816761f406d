// Removes rules that repeat the default: without the rule, its events reach the default or later
// rules with the same action.

#include "compiler/analysis/redundancy.h"
#include "compiler/optimize/pass.h"

namespace ipec::optimize {

std::optional<policy::Policy> DropDefaultDuplicates(const analysis::Coverage& coverage) {
  return WithoutRedundant(coverage, analysis::TakesOver::Default);
}

}  // namespace ipec::optimize
