// Removes rules with the same conditions as an earlier rule of their operation, in any order and
// spelling: the earlier one always decides first, even if its action differs. drop-unreachable
// would find them too; this pass names the mistake of the author.

#include <utility>
#include <vector>

#include "compiler/optimize/pass.h"
#include "compiler/support/keyed_hash.h"
#include "llvm/ADT/DenseMap.h"

namespace ipec::optimize {
namespace {

using analysis::Demand;

// The digests that a rule names, as a key, and the combinations of facts seen so far with them.
using Key = std::pair<std::uint32_t, std::uint32_t>;
using SeenFacts = llvm::DenseMap<Key, std::vector<analysis::FactsSet>, support::KeyedNumbers<Key>>;

Key KeyOf(const Demand& demand) {
  // No digest (an invalid id) becomes 0: the map reserves the highest numbers for itself.
  return {demand.roothash.index + 1, demand.digest.index + 1};
}

}  // namespace

std::optional<policy::Policy> DropDuplicates(const analysis::Coverage& coverage) {
  policy::OperationMap<SeenFacts> seen_by_operation;
  const policy::Policy& policy = coverage.policy();
  return WithoutRules(policy, [&](policy::RuleId rule) {
    const Demand demand = coverage.DemandOf(policy[rule]);
    if (demand.contradictory()) return false;
    auto& seen = seen_by_operation[policy[rule].operation][KeyOf(demand)];
    for (const analysis::FactsSet facts : seen) {
      if (facts == demand.facts) return true;
    }
    seen.push_back(demand.facts);
    return false;
  });
}

}  // namespace ipec::optimize
