#pragma once

// The events that a rule matches but that an earlier rule decides with the other action. Exact:
// includes rules that take only single digests away from the rule, which Reachability::BlockersOf
// omits.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "compiler/analysis/reachability.h"

namespace ipec::analysis {

struct Overlap {
  RuleId by;
  Witness witness;  // an event that `by` decides and that the other rule matches
};

class Overlaps {
 public:
  // Linear in the policy; keeps a reference, so `reachability` must outlive it.
  explicit Overlaps(const Reachability& reachability);

  // A rule with the other action that decides an event that `rule` matches; invalid if there is
  // none. Returns the first such rule that decides events without other digests than those `rule`
  // names, or else the first of the rest. O(log n) on average.
  std::optional<Overlap> FirstOtherwise(RuleId rule);

 private:
  using ByAction = std::array<Row, 2>;  // the first rule of each action
  enum Kind : std::uint8_t { kRoothash, kDigest, kPair };

  struct Operation {
    const OperationCoverage* coverage = nullptr;
    std::array<ByAction, 3> first{};          // by kind of row
    std::vector<ByAction> pairs_of_roothash;  // empty if there are no pairs
    std::vector<ByAction> pairs_of_digest;
    std::map<std::pair<std::uint32_t, std::uint32_t>, const NamedPair*> pairs;
    // By kind, action and facts: the rules of the rows in file order. Empty unless there are rows
    // of both kinds.
    std::array<std::array<std::array<std::vector<RuleId>, runtime::kFactsCount>, 2>, 2> in_order;
  };

  // A rule, with the facts and digests of an event that it decides.
  struct Found {
    RuleId by;
    Facts facts = 0;
    DigestId roothash;
    DigestId digest;
  };

  std::size_t ActionOf(RuleId rule) const;
  void Take(Operation& operation, Kind kind, const Row& row, ByAction* of_roothash,
            ByAction* of_digest) const;
  void PutInOrder(Operation& operation, Kind kind, const std::vector<NamedDigest>& named) const;
  // Of the rules in `first` (by facts), the earliest that shares an event with `demand`.
  Found Earliest(const Row& first, const Demand& demand) const;
  // Rules that name a digest of this kind, if the rule itself names none.
  Found OfOthers(const Operation& operation, Kind kind, const Demand& demand,
                 std::size_t action) const;
  Found OfPairs(const Operation& operation, Kind own, std::uint32_t row, const Demand& demand,
                std::size_t action) const;
  // The volume is named by the rule and the file by another rule, or the other way round.
  Found Across(const Operation& operation, Kind own, std::uint32_t row, const Demand& demand,
               std::size_t action);

  const Reachability& reachability_;
  std::vector<Operation> operations_;  // in the order of the coverage
  std::map<std::tuple<const Operation*, Kind, std::uint32_t, FactsSet, std::size_t>, Found> across_;
};

}  // namespace ipec::analysis
