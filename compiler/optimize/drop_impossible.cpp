// Removes rules that no event can satisfy: two different digests of one kind, TRUE and FALSE of one
// property, or a file both on the initramfs and on a dm-verity volume.

#include "compiler/analysis/reachability.h"
#include "compiler/optimize/pass.h"

namespace ipec::optimize {

std::optional<policy::Policy> DropImpossible(const analysis::Coverage& coverage) {
  return WithoutRules(coverage.policy(), [&](policy::RuleId rule) {
    return WhyImpossible(coverage, rule) != analysis::Impossible::No;
  });
}

}  // namespace ipec::optimize
