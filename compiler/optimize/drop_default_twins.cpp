// Removes rules that say for their events what the default says: without the rule they reach the
// default, or later rules that agree with it.

#include "compiler/analysis/redundancy.h"
#include "compiler/optimize/pass.h"

namespace ipec::optimize {

std::optional<policy::Policy> DropDefaultTwins(const analysis::Coverage& coverage) {
  return WithoutRedundant(coverage, analysis::TakesOver::Default);
}

}  // namespace ipec::optimize
