#include "compiler/analysis/redundancy.h"

#include <algorithm>
#include <array>

#include "compiler/support/numbers.h"

namespace ipec::analysis {
namespace {

using policy::Action;
using policy::Policy;
using policy::Rule;

// The rows of one operation, filled with the rules visited so far, last rule first: each rule
// precedes all that are already there and so overwrites every cell that it matches.
class LaterRules {
 public:
  LaterRules(const Coverage& coverage, const OperationCoverage& operation)
      : coverage_(coverage),
        operation_(operation),
        roothashes_(operation.roothashes.size()),
        digests_(operation.digests.size()),
        pairs_(operation.pairs.size()) {}

  struct Takeover {
    bool same_action = false;
    bool by_default = false;
    RuleId by_rule;
  };

  // The statements that would decide the events of `id`, in every class, if it were removed.
  Takeover Without(RuleId id, const Demand& demand) {
    const Policy& policy = coverage_.policy();
    const Action action = policy[id].action;
    const std::size_t other =
        support::IndexOf(action == Action::Allow ? Action::Deny : Action::Allow);
    const Cells cells = CellsOf(id, demand);
    const FactsSet matched = MatchedFacts(demand);
    Takeover takeover;
    for (const Facts facts : matched) {
      RuleId next;
      for (const Row* row : cells.competing) {
        if (row != nullptr) next = std::min(next, (*row)[facts]);
      }
      if (ActionOf(next) != action) return {};
      // For events of digests that `id` does not name, no rule of the other action may come first.
      const auto interferes = [&](Kind kind) {
        return first_[kind][other][facts] < next && first_[kind][other][facts].valid();
      };
      if (!demand.roothash.valid() && interferes(kRoothash)) return {};
      if (!demand.digest.valid() && interferes(kDigest)) return {};
      if (!(demand.roothash.valid() && demand.digest.valid()) && interferes(kPair)) return {};
      if (next.valid()) {
        takeover.by_rule = next;
      } else {
        takeover.by_default = true;
      }
    }
    takeover.same_action = !matched.empty();
    return takeover;
  }

  void Add(RuleId id, const Demand& demand) {
    const Cells cells = CellsOf(id, demand);
    const std::size_t action = support::IndexOf(coverage_.policy()[id].action);
    const FactsSet matched = MatchedFacts(demand);
    // The base has no digests that interfere: compare its cells directly.
    for (const Facts facts : matched) {
      (*cells.own)[facts] = id;
      if (cells.kind != kBase) first_[cells.kind][action][facts] = id;
    }
  }

 private:
  enum Kind : std::uint8_t { kBase, kRoothash, kDigest, kPair };
  struct Cells {
    Kind kind = kBase;
    Row* own = nullptr;
    std::array<const Row*, 4> competing{};
  };

  FactsSet MatchedFacts(const Demand& demand) const {
    return demand.facts & PossibleFacts(coverage_.policy().semantics, demand.roothash.valid(),
                                        demand.digest.valid());
  }

  Action ActionOf(RuleId rule) const {
    const Policy& policy = coverage_.policy();
    if (rule.valid()) return policy[rule].action;
    if (const auto& own = policy.DefaultOf(operation_.operation)) return own->action;
    return policy.global_default ? policy.global_default->action : Action::Allow;
  }

  Cells CellsOf(RuleId id, const Demand& demand) {
    const std::uint32_t row = coverage_.RowOf(id);
    if (demand.roothash.valid() && demand.digest.valid()) {
      const NamedPair& pair = operation_.pairs[row];
      return {kPair,
              &pairs_[row],
              {&base_, &roothashes_[pair.roothash], &digests_[pair.digest], &pairs_[row]}};
    }
    if (demand.roothash.valid()) {
      return {kRoothash, &roothashes_[row], {&base_, &roothashes_[row]}};
    }
    if (demand.digest.valid()) return {kDigest, &digests_[row], {&base_, &digests_[row]}};
    return {kBase, &base_, {&base_}};
  }

  const Coverage& coverage_;
  const OperationCoverage& operation_;
  Row base_{};
  std::vector<Row> roothashes_;
  std::vector<Row> digests_;
  std::vector<Row> pairs_;
  // By kind and action: for each combination of facts, the first rule that matches it.
  std::array<std::array<Row, 2>, 4> first_{};
};

}  // namespace

std::vector<Redundant> FindRedundant(const Coverage& coverage, TakesOver takes_over) {
  const Policy& policy = coverage.policy();
  std::vector<LaterRules> operations;
  operations.reserve(coverage.operations().size());
  policy::OperationMap<LaterRules*> by_operation;
  for (const OperationCoverage& operation : coverage.operations()) {
    by_operation[operation.operation] = &operations.emplace_back(coverage, operation);
  }

  std::vector<Redundant> redundant;
  for (std::uint32_t i = support::ToU32(policy.rules.size()); i-- > 0;) {
    const Rule& rule = policy.rules[i];
    LaterRules* later = by_operation[rule.operation];
    const Demand demand = coverage.DemandOf(rule);
    if (later == nullptr || demand.contradictory()) continue;
    const LaterRules::Takeover takeover = later->Without({i}, demand);
    if (takeover.same_action && takeover.by_default == (takes_over == TakesOver::Default)) {
      redundant.push_back({{i}, takeover.by_rule});
    } else {
      later->Add({i}, demand);
    }
  }
  return redundant;
}

}  // namespace ipec::analysis
