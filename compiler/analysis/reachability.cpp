#include "compiler/analysis/reachability.h"

#include <algorithm>

namespace ipec::analysis {

Reachability::Reachability(const Coverage& coverage) : coverage_(coverage) {
  const policy::Semantics& semantics = coverage.policy().semantics;
  const FactsSet possible = PossibleFacts(semantics, false, false);
  const FactsSet with_roothash = PossibleFacts(semantics, true, false);
  const FactsSet with_digest = PossibleFacts(semantics, false, true);
  const FactsSet with_both = PossibleFacts(semantics, true, true);
  places_.resize(coverage.policy().rules.size());
  default_places_.resize(coverage.operations().size());
  std::uint8_t index = 0;
  for (const OperationCoverage& operation : coverage.operations()) {
    std::uint32_t row = 0;
    Visit(operation.base, row++, index, possible);
    for (const NamedDigest& named : operation.roothashes) {
      Visit(named.row, row++, index, with_roothash);
    }
    for (const NamedDigest& named : operation.digests) {
      Visit(named.row, row++, index, with_digest);
    }
    for (const NamedPair& pair : operation.pairs) Visit(pair.row, row++, index, with_both);
    const auto open = std::find_if(kSimplestFirst.begin(), kSimplestFirst.end(), [&](Facts facts) {
      return possible.Contains(facts) && !operation.base[facts].valid();
    });
    if (open != kSimplestFirst.end()) default_places_[index] = {0, index, *open};
    ++index;
  }
}

void Reachability::Visit(const Row& row, std::uint32_t number, std::uint8_t operation,
                         FactsSet possible) {
  RuleId last;  // most rows consist of one rule
  for (const Facts facts : kSimplestFirst) {
    if (row[facts] == last || !possible.Contains(facts)) continue;
    last = row[facts];
    if (!last.valid()) continue;
    Place& place = places_[row[facts].index];
    if (place.row == kNowhere) place = {number, operation, facts};
  }
}

const Reachability::Place* Reachability::Default(Operation operation) const {
  for (std::size_t i = 0; i < default_places_.size(); ++i) {
    if (coverage_.operations()[i].operation != operation) continue;
    return default_places_[i].row == kNowhere ? nullptr : &default_places_[i];
  }
  return nullptr;
}

Witness Reachability::WitnessAt(const Place& place) const {
  const OperationCoverage& operation = coverage_.operations()[place.operation];
  DigestId roothash;
  DigestId digest;
  std::size_t row = place.row;
  if (row-- != 0) {
    if (row < operation.roothashes.size()) {
      roothash = operation.roothashes[row].representative;
    } else if ((row -= operation.roothashes.size()) < operation.digests.size()) {
      digest = operation.digests[row].representative;
    } else {
      const NamedPair& pair = operation.pairs[row - operation.digests.size()];
      roothash = operation.roothashes[pair.roothash].representative;
      digest = operation.digests[pair.digest].representative;
    }
  }
  return MakeWitness(coverage_.policy(), operation.operation, place.facts, roothash, digest);
}

std::optional<Witness> Reachability::WitnessOf(RuleId rule) const {
  if (!Decides(rule)) return std::nullopt;
  return WitnessAt(places_[rule.index]);
}

std::optional<Witness> Reachability::WitnessOfDefault(Operation operation) const {
  const Place* place = Default(operation);
  if (place == nullptr) return std::nullopt;
  return WitnessAt(*place);
}

bool Reachability::OperationDefaultIsDead(Operation operation) const {
  return coverage_.policy().DefaultOf(operation).has_value() && !ReachesDefault(operation);
}

bool Reachability::GlobalDefaultIsDead() const {
  const policy::Policy& policy = coverage_.policy();
  if (!policy.global_default) return false;
  return std::none_of(coverage_.operations().begin(), coverage_.operations().end(),
                      [&](const OperationCoverage& operation) {
                        return !policy.DefaultOf(operation.operation) &&
                               ReachesDefault(operation.operation);
                      });
}

Impossible WhyImpossible(const Coverage& coverage, RuleId rule) {
  const Demand demand = coverage.DemandOf(coverage.policy()[rule]);
  if (demand.facts.empty()) return Impossible::TrueAndFalse;
  if (demand.two_roothashes) return Impossible::TwoRoothashes;
  if (demand.two_digests) return Impossible::TwoDigests;
  const FactsSet possible =
      PossibleFacts(coverage.policy().semantics, demand.roothash.valid(), demand.digest.valid());
  if ((demand.facts & possible).empty()) return Impossible::InitramfsOnVolume;
  return demand.missing_property ? Impossible::MissingProperty : Impossible::No;
}

Reachability::MatchedEvents Reachability::EventsOf(RuleId rule) const {
  const policy::Policy& policy = coverage_.policy();
  const Demand demand = coverage_.DemandOf(policy[rule]);
  MatchedEvents matched;
  if (demand.contradictory()) return matched;
  matched.operation = coverage_.Find(policy[rule].operation);
  if (matched.operation == nullptr) return matched;
  const OperationCoverage& operation = *matched.operation;
  const std::uint32_t row = coverage_.RowOf(rule);
  if (demand.roothash.valid() && demand.digest.valid()) {
    matched.pair = &operation.pairs[row];
    matched.roothash = &operation.roothashes[matched.pair->roothash];
    matched.digest = &operation.digests[matched.pair->digest];
  } else if (demand.roothash.valid()) {
    matched.roothash = &operation.roothashes[row];
  } else if (demand.digest.valid()) {
    matched.digest = &operation.digests[row];
  }
  matched.facts = demand.facts &
                  PossibleFacts(policy.semantics, demand.roothash.valid(), demand.digest.valid());
  return matched;
}

std::optional<Witness> Reachability::WitnessOf(RuleId rule, RuleId decider, FactsSet among) const {
  const MatchedEvents matched = EventsOf(rule);
  const FactsSet candidates = matched.facts & among;
  for (const Facts facts : kSimplestFirst) {
    if (!candidates.Contains(facts) || matched.Decider(facts) != decider) continue;
    return MakeWitness(coverage_.policy(), matched.operation->operation, facts,
                       matched.roothash == nullptr ? DigestId() : matched.roothash->representative,
                       matched.digest == nullptr ? DigestId() : matched.digest->representative);
  }
  return std::nullopt;
}

std::vector<RuleId> Reachability::BlockersOf(RuleId rule) const {
  const MatchedEvents matched = EventsOf(rule);
  std::vector<RuleId> blockers;
  for (const Facts facts : matched.facts) {
    const RuleId decider = matched.Decider(facts);
    if (decider.valid() && decider != rule) blockers.push_back(decider);
  }
  std::sort(blockers.begin(), blockers.end());
  blockers.erase(std::unique(blockers.begin(), blockers.end()), blockers.end());
  return blockers;
}

}  // namespace ipec::analysis
