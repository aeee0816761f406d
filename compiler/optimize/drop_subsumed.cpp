// Removes rules whose events later rules decide in the same way: for example, an allowed digest
// before a rule that allows everything signed.

#include "compiler/analysis/redundancy.h"
#include "compiler/optimize/pass.h"

namespace ipec::optimize {

std::optional<policy::Policy> DropSubsumed(const analysis::Coverage& coverage) {
  return WithoutRedundant(coverage, analysis::TakesOver::LaterRules);
}

}  // namespace ipec::optimize
