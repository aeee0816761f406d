#pragma once

// Of the events that a rule asks for, those that an earlier rule decides otherwise. Exact: rules
// that take single digests out of what it asks for count, too, which Reachability::BlockersOf
// leaves out.

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
  Witness witness;  // an event that `by` decides, and for which the other rule holds
};

class Overlaps {
 public:
  // Linear in the policy; keeps a reference, so `reachability` must outlive it.
  explicit Overlaps(const Reachability& reachability);

  // A rule of the other action that decides an event for which `rule` holds, invalid where there is
  // none. The first that decides events without further digests than `rule` names, or else the
  // first of the others. O(log n) on average.
  std::optional<Overlap> FirstOtherwise(RuleId rule);

 private:
  using ByAction = std::array<Row, 2>;  // the first rule of an action
  enum Kind : std::uint8_t { kRoothash, kDigest, kPair };

  struct Operation {
    const OperationCoverage* coverage = nullptr;
    std::array<ByAction, 3> first{};          // by kind of row
    std::vector<ByAction> pairs_of_roothash;  // empty: there are no pairs
    std::vector<ByAction> pairs_of_digest;
    std::map<std::pair<std::uint32_t, std::uint32_t>, const NamedPair*> pairs;
    // By kind, action and facts: rules of the rows in file order. Empty unless there are rows of
    // both kinds.
    std::array<std::array<std::array<std::vector<RuleId>, runtime::kFactsCount>, 2>, 2> in_order;
  };

  // A rule, and the facts and digests of an event that it decides.
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
  // Rules that name other digests than `rule`, which names none of the kind.
  // Of the rules in `first`, by facts, the earliest that shares an event with who demands this.
  Found Earliest(const Row& first, const Demand& demand) const;
  Found OfOthers(const Operation& operation, Kind kind, const Demand& demand,
                 std::size_t action) const;
  Found OfPairs(const Operation& operation, Kind own, std::uint32_t row, const Demand& demand,
                std::size_t action) const;
  // The volume is the rule's and the file another rule's, or the other way round.
  Found Across(const Operation& operation, Kind own, std::uint32_t row, const Demand& demand,
               std::size_t action);

  const Reachability& reachability_;
  std::vector<Operation> operations_;  // as the coverage has them
  std::map<std::tuple<const Operation*, Kind, std::uint32_t, FactsSet, std::size_t>, Found> across_;
};

}  // namespace ipec::analysis
