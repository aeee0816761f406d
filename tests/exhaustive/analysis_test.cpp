// The classes of events, and the analyses of rules and DEFAULTs, against policy::Decide: for every
// small policy and every event.

#include <algorithm>
#include <set>

#include "catch2/catch.hpp"
#include "compiler/analysis/overlaps.h"
#include "tests/exhaustive/judge.h"
#include "tests/unit/sampling.h"

namespace ipec::exhaustive {
namespace {

using analysis::Coverage;
using analysis::Impossible;
using analysis::OperationCoverage;
using analysis::Reachability;
using policy::RuleId;

bool Matches(const Policy& policy, RuleId rule, const Event& event) {
  const auto conditions = policy.ConditionsOf(policy[rule]);
  return std::all_of(conditions.begin(), conditions.end(), [&](const policy::Condition& condition) {
    return policy::Holds(policy, condition, event);
  });
}

// The decider according to the rows, looked up as in a table.
RuleId DeciderByRows(const Coverage& coverage, const Event& event) {
  const OperationCoverage* operation = coverage.Find(event.operation);
  const auto find = [&](const std::vector<analysis::NamedDigest>& named,
                        const std::optional<runtime::Digest>& digest) {
    const policy::DigestId id = digest ? coverage.FindDigest(*digest) : policy::DigestId{};
    const auto found = std::find_if(named.begin(), named.end(), [&](const auto& candidate) {
      return id.valid() && candidate.representative == id;
    });
    return found == named.end() ? nullptr : &*found;
  };
  const auto* roothash =
      event.dmverity ? find(operation->roothashes, event.dmverity->roothash) : nullptr;
  const auto* digest = event.fsverity ? find(operation->digests, event.fsverity->digest) : nullptr;
  const analysis::NamedPair* pair = nullptr;
  for (const analysis::NamedPair& candidate : operation->pairs) {
    if (roothash == &operation->roothashes[candidate.roothash] &&
        digest == &operation->digests[candidate.digest]) {
      pair = &candidate;
    }
  }
  return Coverage::Decider(*operation, roothash, digest, pair, FactsOf(event));
}

void CheckRows(const Coverage& coverage, const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (DeciderByRows(coverage, event) != Decide(coverage.policy(), event).rule) {
      FAIL("rows decide otherwise\n" << Describe(coverage.policy()) << Describe(event));
    }
  }
}

// Events that the rule decides, one combination of facts after the other.
void CheckWitnessAmong(const Reachability& reachability, RuleId rule,
                       const std::vector<Event>& events, const std::vector<RuleId>& deciders) {
  const Policy& policy = reachability.coverage().policy();
  analysis::FactsSet decided;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (deciders[i] == rule) decided.Add(FactsOf(events[i]));
  }
  for (const runtime::Facts facts : analysis::FactsSet::All()) {
    const auto witness = reachability.WitnessOf(rule, rule, {facts});
    if (witness.has_value() != decided.Contains(facts) || (witness && witness->facts != facts)) {
      FAIL("witness of rule " << rule.index << " with facts " << +facts << " is wrong\n"
                              << Describe(policy));
    }
  }
}

void CheckRule(const Reachability& reachability, RuleId rule, const std::vector<Event>& events,
               const std::vector<RuleId>& deciders) {
  const Policy& policy = reachability.coverage().policy();
  const bool decides = std::find(deciders.begin(), deciders.end(), rule) != deciders.end();
  if (reachability.Decides(rule) != decides) {
    FAIL("rule " << rule.index << " should" << (decides ? "" : " not") << " decide\n"
                 << Describe(policy));
  }
  const auto witness = reachability.WitnessOf(rule);
  if (witness.has_value() != decides ||
      (witness && (Decide(policy, EventOf(*witness)).rule != rule ||
                   !Possible(policy.semantics, EventOf(*witness))))) {
    FAIL("witness of rule " << rule.index << " is wrong\n" << Describe(policy));
  }
  const bool possible = std::any_of(events.begin(), events.end(), [&](const Event& event) {
    return Matches(policy, rule, event);
  });
  if ((reachability.WhyImpossible(rule) == Impossible::No) != possible) {
    FAIL("rule " << rule.index << " is" << (possible ? "" : " not") << " possible\n"
                 << Describe(policy));
  }
  // Each blocker decides some events of the rule; for a rule that never decides, they decide all.
  const std::vector<RuleId> blockers = reachability.BlockersOf(rule);
  std::set<RuleId> needed;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!Matches(policy, rule, events[i])) continue;
    needed.insert(deciders[i]);
    const bool covered = std::any_of(blockers.begin(), blockers.end(), [&](RuleId blocker) {
      return Matches(policy, blocker, events[i]);
    });
    if (!decides && !covered) {
      FAIL("blockers of rule " << rule.index << " do not suffice\n"
                               << Describe(policy) << Describe(events[i]));
    }
  }
  for (const RuleId blocker : blockers) {
    if (blocker >= rule || needed.count(blocker) == 0) {
      FAIL("rule " << blocker.index << " does not block rule " << rule.index << "\n"
                   << Describe(policy));
    }
    const auto taken = reachability.WitnessOf(rule, blocker);
    if (!taken || !Matches(policy, rule, EventOf(*taken)) ||
        Decide(policy, EventOf(*taken)).rule != blocker ||
        !Possible(policy.semantics, EventOf(*taken))) {
      FAIL("witness of what rule " << blocker.index << " takes from rule " << rule.index
                                   << " is wrong\n"
                                   << Describe(policy));
    }
  }
  CheckWitnessAmong(reachability, rule, events, deciders);
}

// Whether an earlier rule decides some of the rule's events differently, single digests included.
void CheckOverlap(const Reachability& reachability, analysis::Overlaps& overlaps, RuleId rule,
                  const std::vector<Event>& events, const std::vector<RuleId>& deciders) {
  const Policy& policy = reachability.coverage().policy();
  bool expected = false;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const RuleId by = deciders[i];
    expected |= by.valid() && by < rule && policy[by].action != policy[rule].action &&
                Matches(policy, rule, events[i]);
  }
  const auto found = overlaps.FirstOtherwise(rule);
  if (found.has_value() != expected) {
    FAIL("rule " << rule.index << " is" << (expected ? "" : " not") << " overlapped\n"
                 << Describe(policy));
  }
  if (!found) return;
  const Event event = EventOf(found->witness);
  if (Decide(policy, event).rule != found->by || !(found->by < rule) ||
      policy[found->by].action == policy[rule].action || !Matches(policy, rule, event) ||
      !Possible(policy.semantics, event)) {
    FAIL("what overlaps rule " << rule.index << " is wrong\n" << Describe(policy));
  }
}

void CheckDefaults(const Reachability& reachability, const std::vector<RuleId>& deciders) {
  const Policy& policy = reachability.coverage().policy();
  const bool reached = std::any_of(deciders.begin(), deciders.end(),
                                   [](RuleId decider) { return !decider.valid(); });
  const auto witness = reachability.WitnessOfDefault(Operation::Execute);
  if (reachability.ReachesDefault(Operation::Execute) != reached ||
      witness.has_value() != reached ||
      (witness && Decide(policy, EventOf(*witness)).match == policy::Match::Rule)) {
    FAIL("default is" << (reached ? "" : " not") << " reached\n" << Describe(policy));
  }
}

void CheckPolicy(const Policy& policy, const std::vector<Event>& possible) {
  const Coverage coverage(policy);
  const Reachability reachability(coverage);
  std::vector<RuleId> deciders;
  deciders.reserve(possible.size());
  for (const Event& event : possible) deciders.push_back(Decide(policy, event).rule);
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) {
    CheckRule(reachability, {i}, possible, deciders);
  }
  CheckDefaults(reachability, deciders);
}

void CheckOverlaps(const Policy& policy, const std::vector<Event>& possible) {
  const Coverage coverage(policy);
  const Reachability reachability(coverage);
  analysis::Overlaps overlaps(reachability);
  std::vector<RuleId> deciders;
  deciders.reserve(possible.size());
  for (const Event& event : possible) deciders.push_back(Decide(policy, event).rule);
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) {
    CheckOverlap(reachability, overlaps, {i}, possible, deciders);
  }
}

void CheckAll(const std::vector<RuleSpec>& rules, std::size_t count) {
  for (const Semantics& semantics : AllSemantics()) {
    const auto all = AllEvents(Operation::Execute);
    const auto possible = PossibleEvents(semantics, Operation::Execute);
    ForEachPolicy(semantics, rules, count, Action::Deny, [&](const Policy& policy) {
      CheckRows(Coverage(policy), all);
      CheckPolicy(policy, possible);
    });
  }
}

TEST_CASE("reachability agrees with the specification: one rule of any shape") {
  CheckAll(WithBothActions(AllShapes(5, kNamedDigestCount)), 1);
}

TEST_CASE("reachability agrees with the specification: two rules of up to two properties") {
  std::vector<RuleSpec> rules = WithBothActions(AllShapes(2, 2));
  // The decider does not depend on the action.
  std::erase_if(rules, [](const RuleSpec& rule) { return rule.action == Action::Deny; });
  CheckAll(rules, 2);
}

TEST_CASE("reachability agrees with the specification: three rules of chosen shapes") {
  std::vector<RuleSpec> rules = WithBothActions(ChosenShapes());
  std::erase_if(rules, [](const RuleSpec& rule) { return rule.action == Action::Deny; });
  CheckAll(rules, 3);
}

TEST_CASE("reachability agrees with the specification: two rules of any shape", "[.slow]") {
  std::vector<RuleSpec> rules = WithBothActions(AllShapes(5, kNamedDigestCount));
  std::erase_if(rules, [](const RuleSpec& rule) { return rule.action == Action::Deny; });
  CheckAll(rules, 2);
}

TEST_CASE("reachability agrees with the specification: without each set of properties") {
  const std::vector<RuleSpec> rules = RulesOfEachProperty();
  for (const Semantics& semantics : SemanticsWithMissing()) {
    const auto all = AllEvents(Operation::Execute);
    const auto possible = PossibleEvents(semantics, Operation::Execute);
    ForEachPolicy(semantics, rules, 2, Action::Deny, [&](const Policy& policy) {
      CheckRows(Coverage(policy), all);
      CheckPolicy(policy, possible);
      CheckOverlaps(policy, possible);
    });
  }
}

TEST_CASE("reachability agrees with the specification: random policies") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (const Semantics& semantics : AllSemantics()) {
    for (int round = 0; round < tests::SampledRounds(500); ++round) {
      Policy policy = RandomPolicy(semantics, 1 + random() % 40, random);
      // One operation at a time: CheckPolicy tests EXECUTE.
      std::erase_if(policy.rules,
                    [](const policy::Rule& rule) { return rule.operation != Operation::Execute; });
      CheckRows(Coverage(policy), AllEvents(Operation::Execute));
      CheckPolicy(policy, PossibleEvents(semantics, Operation::Execute));
      CheckOverlaps(policy, PossibleEvents(semantics, Operation::Execute));
    }
  }
}

TEST_CASE("overlaps agree with the specification: three rules of digests and facts") {
  std::vector<RuleSpec> rules = WithBothActions(
      {Shape("---", "--"), Shape("---", "0-"), Shape("---", "-0"), Shape("---", "00"),
       Shape("-T-", "0-"), Shape("--T", "-0"), Shape("-F-", "--"), Shape("--F", "10")});
  for (const Semantics& semantics : AllSemantics()) {
    const auto possible = PossibleEvents(semantics, Operation::Execute);
    ForEachPolicy(semantics, rules, 3, Action::Deny,
                  [&](const Policy& policy) { CheckOverlaps(policy, possible); });
  }
}

TEST_CASE("a DEFAULT is dead if and only if no event reaches it") {
  for (const Semantics& semantics : AllSemantics()) {
    Policy policy = MakePolicy(semantics, {RuleSpec{}}, Action::Deny);
    CHECK_FALSE(Reachability(Coverage(policy)).GlobalDefaultIsDead());
    policy.operation_defaults[Operation::Execute] = policy::Default{Action::Allow, 4, {}};
    CHECK(Reachability(Coverage(policy)).OperationDefaultIsDead(Operation::Execute));
    CHECK_FALSE(Reachability(Coverage(policy)).OperationDefaultIsDead(Operation::Firmware));
    for (const Operation operation : semantics.operations) {
      policy.operation_defaults[operation] = policy::Default{Action::Allow, 4, {}};
    }
    CHECK(Reachability(Coverage(policy)).GlobalDefaultIsDead());
    CHECK_FALSE(Reachability(Coverage(policy)).OperationDefaultIsDead(Operation::Firmware));
  }
}

}  // namespace
}  // namespace ipec::exhaustive
