// Removes rules that match events, all of which earlier rules decide. The rules that decide stay,
// so removing all of them at once moves no event from one rule to another.

#include "compiler/analysis/reachability.h"
#include "compiler/optimize/pass.h"

namespace ipec::optimize {

std::optional<policy::Policy> DropUnreachable(const analysis::Coverage& coverage) {
  const analysis::Reachability reachability(coverage);
  return WithoutRules(coverage.policy(), [&](policy::RuleId rule) {
    return !reachability.Decides(rule) &&
           reachability.WhyImpossible(rule) == analysis::Impossible::No;
  });
}

}  // namespace ipec::optimize
