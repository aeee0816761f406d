#pragma once

// Whether each rule and each default of a policy ever decides, for which event, and if not, why
// not. Covers the events that a kernel can produce (the domain of coverage.h).

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/analysis/coverage.h"
#include "compiler/analysis/witness.h"

namespace ipec::analysis {

// Why no event can satisfy a rule, regardless of the other rules.
enum class Impossible : std::uint8_t {
  No,
  TrueAndFalse,       // TRUE and FALSE of one property
  TwoRoothashes,      // two different root hashes
  TwoDigests,         // two different file digests
  InitramfsOnVolume,  // requires both the initramfs and a dm-verity volume
  MissingProperty,    // tests a property that the kernel was built without
};

Impossible WhyImpossible(const Coverage& coverage, RuleId rule);

class Reachability {
 public:
  // Linear in the policy; keeps a reference, so `coverage` must outlive it.
  explicit Reachability(const Coverage& coverage);

  const Coverage& coverage() const { return coverage_; }

  // Whether the rule decides at least one event.
  bool Decides(RuleId rule) const { return places_[rule.index].row != kNowhere; }
  // An event that the rule decides; if there are several, the one with the fewest facts.
  std::optional<Witness> WitnessOf(RuleId rule) const;
  // An event that `rule` matches, that `decider` decides (one of its blockers, or itself) and whose
  // facts are in `among`; if there are several, the one with the fewest facts.
  std::optional<Witness> WitnessOf(RuleId rule, RuleId decider,
                                   FactsSet among = FactsSet::All()) const;
  Impossible WhyImpossible(RuleId rule) const { return analysis::WhyImpossible(coverage_, rule); }
  // The other rules that decide events that `rule` matches, in file order; all of them precede it.
  // For a satisfiable rule that never decides, they decide all of its events. For a rule that
  // decides, rules that take only single digests away from it are not listed.
  std::vector<RuleId> BlockersOf(RuleId rule) const;

  // Whether some event of `operation`, which the dialect must have, is decided by a default: the
  // operation's own or, if it has none, the global one.
  bool ReachesDefault(Operation operation) const { return Default(operation) != nullptr; }
  std::optional<Witness> WitnessOfDefault(Operation operation) const;
  // Whether the operation's own DEFAULT, or the global one, exists and never decides. The global
  // DEFAULT also decides operations that the kernel has no name for: that alone does not count
  // here.
  bool OperationDefaultIsDead(Operation operation) const;
  bool GlobalDefaultIsDead() const;

 private:
  static constexpr std::uint32_t kNowhere = UINT32_MAX;
  // A cell of a row. The rows of an operation are numbered: base, root hashes, file digests, pairs.
  struct Place {
    std::uint32_t row = kNowhere;
    std::uint8_t operation = 0;  // index into Coverage::operations()
    Facts facts = 0;
  };

  // The events with no other digests than those that a rule names: their row, and the combinations
  // of facts that the rule matches.
  struct MatchedEvents {
    const OperationCoverage* operation = nullptr;  // null: the rule contradicts itself
    const NamedDigest* roothash = nullptr;
    const NamedDigest* digest = nullptr;
    const NamedPair* pair = nullptr;
    FactsSet facts;

    RuleId Decider(Facts of) const {
      return Coverage::Decider(*operation, roothash, digest, pair, of);
    }
  };
  MatchedEvents EventsOf(RuleId rule) const;

  void Visit(const Row& row, std::uint32_t number, std::uint8_t operation, FactsSet possible);
  const Place* Default(Operation operation) const;
  Witness WitnessAt(const Place& place) const;

  const Coverage& coverage_;
  std::vector<Place> places_;          // by rule
  std::vector<Place> default_places_;  // by index into Coverage::operations()
};

}  // namespace ipec::analysis
