#include "compiler/analysis/overlaps.h"

#include <algorithm>

#include "compiler/support/numbers.h"

namespace ipec::analysis {

Overlaps::Overlaps(const Reachability& reachability) : reachability_(reachability) {
  const Coverage& coverage = reachability.coverage();
  operations_.resize(coverage.operations().size());
  for (std::size_t i = 0; i < operations_.size(); ++i) {
    const OperationCoverage& rows = coverage.operations()[i];
    Operation& operation = operations_[i];
    operation.coverage = &rows;
    for (const NamedDigest& named : rows.roothashes) {
      Take(operation, kRoothash, named.row, nullptr, nullptr);
    }
    for (const NamedDigest& named : rows.digests) {
      Take(operation, kDigest, named.row, nullptr, nullptr);
    }
    if (!rows.pairs.empty()) {
      operation.pairs_of_roothash.resize(rows.roothashes.size());
      operation.pairs_of_digest.resize(rows.digests.size());
    }
    for (const NamedPair& pair : rows.pairs) {
      Take(operation, kPair, pair.row, &operation.pairs_of_roothash[pair.roothash],
           &operation.pairs_of_digest[pair.digest]);
      operation.pairs[{pair.roothash, pair.digest}] = &pair;
    }
    if (rows.roothashes.empty() || rows.digests.empty()) continue;
    PutInOrder(operation, kRoothash, rows.roothashes);
    PutInOrder(operation, kDigest, rows.digests);
  }
}

std::size_t Overlaps::ActionOf(RuleId rule) const {
  return support::IndexOf(reachability_.coverage().policy()[rule].action);
}

// Only rules in cells that a kernel can reach: events that it cannot produce do not count.
void Overlaps::Take(Operation& operation, Kind kind, const Row& row, ByAction* of_roothash,
                    ByAction* of_digest) const {
  const FactsSet possible = PossibleFacts(reachability_.coverage().policy().semantics,
                                          kind != kDigest, kind != kRoothash);
  for (const Facts facts : possible) {
    const RuleId rule = row[facts];
    if (!rule.valid()) continue;
    const std::size_t action = ActionOf(rule);
    for (ByAction* first : {&operation.first[kind], of_roothash, of_digest}) {
      if (first != nullptr) (*first)[action][facts] = std::min((*first)[action][facts], rule);
    }
  }
}

void Overlaps::PutInOrder(Operation& operation, Kind kind,
                          const std::vector<NamedDigest>& named) const {
  for (const NamedDigest& digest : named) {
    for (const Facts facts : FactsSet::All()) {
      const RuleId rule = digest.row[facts];
      if (rule.valid()) operation.in_order[kind][ActionOf(rule)][facts].push_back(rule);
    }
  }
  // Digests are in order of first mention, so most are already sorted.
  for (auto& of_action : operation.in_order[kind]) {
    for (std::vector<RuleId>& rules : of_action) {
      if (!std::is_sorted(rules.begin(), rules.end())) std::sort(rules.begin(), rules.end());
    }
  }
}

Overlaps::Found Overlaps::Earliest(const Row& first, const Demand& demand) const {
  const Coverage& coverage = reachability_.coverage();
  Found found;
  for (const Facts facts : demand.facts) {
    if (!(first[facts] < found.by)) continue;
    const Demand other = coverage.DemandOf(coverage.policy()[first[facts]]);
    found = {first[facts], facts, other.roothash, other.digest};
  }
  return found;
}

Overlaps::Found Overlaps::OfOthers(const Operation& operation, Kind kind, const Demand& demand,
                                   std::size_t action) const {
  return Earliest(operation.first[kind][action], demand);
}

Overlaps::Found Overlaps::OfPairs(const Operation& operation, Kind own, std::uint32_t row,
                                  const Demand& demand, std::size_t action) const {
  const auto& all = own == kRoothash ? operation.pairs_of_roothash : operation.pairs_of_digest;
  return all.empty() ? Found() : Earliest(all[row][action], demand);
}

Overlaps::Found Overlaps::Across(const Operation& operation, Kind own, std::uint32_t row,
                                 const Demand& demand, std::size_t action) {
  const auto [known, is_new] =
      across_.try_emplace({&operation, own, row, demand.facts, action}, Found());
  Found& found = known->second;
  if (!is_new) return found;
  const Coverage& coverage = reachability_.coverage();
  const bool volume = own == kRoothash;
  const Row& own_row =
      (volume ? operation.coverage->roothashes : operation.coverage->digests)[row].row;
  const FactsSet matched = demand.facts & PossibleFacts(coverage.policy().semantics, true, true);
  for (const Facts facts : matched) {
    for (const RuleId rule : operation.in_order[volume ? kDigest : kRoothash][action][facts]) {
      // Later rules decide nothing on this volume, or for this file.
      if (!(rule < found.by) || own_row[facts] < rule) break;
      const std::uint32_t other = coverage.RowOf(rule);
      const auto pair =
          operation.pairs.find(volume ? std::pair(row, other) : std::pair(other, row));
      if (pair != operation.pairs.end() && pair->second->row[facts] < rule) continue;
      const Demand theirs = coverage.DemandOf(coverage.policy()[rule]);
      found = {rule, facts, volume ? demand.roothash : theirs.roothash,
               volume ? theirs.digest : demand.digest};
      break;
    }
  }
  return found;
}

std::optional<Overlap> Overlaps::FirstOtherwise(RuleId rule) {
  const Coverage& coverage = reachability_.coverage();
  const policy::Policy& policy = coverage.policy();
  for (const RuleId blocker : reachability_.BlockersOf(rule)) {
    if (policy[blocker].action == policy[rule].action) continue;
    return Overlap{blocker, *reachability_.WitnessOf(rule, blocker)};
  }
  const Demand demand = coverage.DemandOf(policy[rule]);
  const OperationCoverage* rows = coverage.Find(policy[rule].operation);
  if (demand.contradictory() || rows == nullptr) return std::nullopt;
  const Operation& operation = operations_[rows - coverage.operations().data()];
  const std::size_t action = 1 - ActionOf(rule);
  std::array<Found, 3> found;
  if (!demand.roothash.valid() && !demand.digest.valid()) {
    for (const Kind kind : {kRoothash, kDigest, kPair}) {
      found[kind] = OfOthers(operation, kind, demand, action);
    }
  } else if (!demand.roothash.valid() || !demand.digest.valid()) {
    const Kind own = demand.roothash.valid() ? kRoothash : kDigest;
    found[0] = OfPairs(operation, own, coverage.RowOf(rule), demand, action);
    found[1] = Across(operation, own, coverage.RowOf(rule), demand, action);
  }
  const auto first = std::min_element(found.begin(), found.end(),
                                      [](const Found& a, const Found& b) { return a.by < b.by; });
  if (!first->by.valid()) return std::nullopt;
  return Overlap{first->by, MakeWitness(policy, policy[rule].operation, first->facts,
                                        first->roothash, first->digest)};
}

}  // namespace ipec::analysis
