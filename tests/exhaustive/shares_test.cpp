// The number of cases that each rule matches and decides, against counting them one by one.

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "catch2/catch.hpp"
#include "compiler/analysis/shares.h"
#include "tests/exhaustive/small_policies.h"
#include "tests/unit/sampling.h"

namespace ipec::exhaustive {
namespace {

using analysis::CaseGroup;
using analysis::Coverage;
using analysis::NamedDigest;
using analysis::Share;
using policy::RuleId;

// One case: a named root hash, a named digest, and facts.
using Case = std::tuple<std::size_t, std::size_t, unsigned>;

Case CaseOf(const Coverage& coverage, const Event& event) {
  const analysis::OperationCoverage* operation = coverage.Find(event.operation);
  const auto find = [&](const std::vector<NamedDigest>& named,
                        const std::optional<runtime::Digest>& digest) {
    const policy::DigestId id = digest ? coverage.FindDigest(*digest) : policy::DigestId{};
    const auto found = std::find_if(named.begin(), named.end(), [&](const NamedDigest& candidate) {
      return id.valid() && candidate.representative == id;
    });
    return found == named.end() ? SIZE_MAX : static_cast<std::size_t>(found - named.begin());
  };
  return {event.dmverity ? find(operation->roothashes, event.dmverity->roothash) : SIZE_MAX,
          event.fsverity ? find(operation->digests, event.fsverity->digest) : SIZE_MAX,
          FactsOf(event)};
}

bool Matches(const Policy& policy, RuleId rule, const Event& event) {
  const auto conditions = policy.ConditionsOf(policy[rule]);
  return std::all_of(conditions.begin(), conditions.end(), [&](const policy::Condition& condition) {
    return policy::Holds(policy, condition, event);
  });
}

// The cases of one statement.
struct Group {
  void Add(const Case& one) {
    ++cases;
    roothashes.insert(std::get<0>(one));
    digests.insert(std::get<1>(one));
    facts.Add(static_cast<runtime::Facts>(std::get<2>(one)));
  }

  std::uint64_t cases = 0;
  std::set<std::size_t> roothashes;
  std::set<std::size_t> digests;
  analysis::FactsSet facts;
};

// Whether the set names a digest exactly if all cases have it. The other kinds are not compared.
bool Describes(const CaseGroup::Digests& said, const std::set<std::size_t>& digests) {
  const bool one = digests.size() == 1 && !digests.contains(SIZE_MAX);
  return (said.kind == CaseGroup::Digests::Kind::One) == one;
}

// `none`: no volume has this root hash.
void CheckShares(const Policy& policy, const std::vector<Event>& possible,
                 policy::DigestId none = {}) {
  const Coverage coverage(policy);
  const auto can_exist = [&](policy::Property property, policy::DigestId digest) {
    return property != policy::Property::DmverityRoothash || digest != none;
  };
  const analysis::Shares shares(coverage, can_exist);
  std::map<Case, Event> cases;  // an event of each
  for (const Event& event : possible) {
    const bool named = event.dmverity && event.dmverity->roothash;
    if (named && none.valid() && coverage.FindDigest(*event.dmverity->roothash) == none) continue;
    cases.emplace(CaseOf(coverage, event), event);
  }

  std::map<std::uint32_t, Group> groups;  // by rule; UINT32_MAX: the default
  std::vector<Share> counted(policy.rules.size());
  Share fallback;
  for (const auto& [key, event] : cases) {
    const RuleId decider = Decide(policy, event).rule;
    ++(decider.valid() ? counted[decider.index] : fallback).decided;
    groups[decider.index].Add(key);
    ++fallback.matched;
    for (std::uint32_t i = 0; i < counted.size(); ++i) {
      if (Matches(policy, {i}, event)) ++counted[i].matched;
    }
  }
  const auto compare = [&](const Share& said, const Share& is, std::uint32_t rule) {
    if (said.matched == is.matched && said.decided == is.decided) return;
    FAIL("rule " << rule << ": said " << said.decided << " of " << said.matched << ", counted "
                 << is.decided << " of " << is.matched << "\n"
                 << Describe(policy));
  };
  for (std::uint32_t i = 0; i < counted.size(); ++i) compare(shares.Of({i}), counted[i], i);
  compare(shares.OfDefault(Operation::Execute), fallback, UINT32_MAX);
  const auto compare_sets = [&](const CaseGroup& said, const Group& is) {
    if (said.cases == is.cases && said.facts.bits() == is.facts.bits() &&
        Describes(said.roothashes, is.roothashes) && Describes(said.digests, is.digests)) {
      return;
    }
    FAIL("the set of cases of a statement is wrong\n" << Describe(policy));
  };
  for (const auto& [decider, group] : groups) {
    compare_sets(decider == UINT32_MAX ? shares.DecidedByDefault(coverage, Operation::Execute)
                                       : shares.DecidedBy(coverage, {decider}),
                 group);
  }
}

TEST_CASE("shares agree with counting: two rules of up to two properties") {
  for (const Semantics& semantics : AllSemantics()) {
    const auto possible = PossibleEvents(semantics, Operation::Execute);
    ForEachPolicy(semantics, WithBothActions(AllShapes(2, 2)), 2, Action::Deny,
                  [&](const Policy& policy) { CheckShares(policy, possible); });
  }
}

TEST_CASE("shares agree with counting: without each set of properties") {
  for (const Semantics& semantics : SemanticsWithMissing()) {
    const auto possible = PossibleEvents(semantics, Operation::Execute);
    ForEachPolicy(semantics, RulesOfEachProperty(), 2, Action::Deny,
                  [&](const Policy& policy) { CheckShares(policy, possible); });
  }
}

TEST_CASE("shares agree with counting: random policies") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (const Semantics& semantics : AllSemantics()) {
    const auto possible = PossibleEvents(semantics, Operation::Execute);
    for (int round = 0; round < tests::SampledRounds(500); ++round) {
      Policy policy = RandomPolicy(semantics, 1 + random() % 40, random);
      std::erase_if(policy.rules,
                    [](const policy::Rule& rule) { return rule.operation != Operation::Execute; });
      CheckShares(policy, possible);
      if (policy.digests.size() == 0) continue;
      const Coverage coverage(policy);
      CheckShares(
          policy, possible,
          coverage.Representative({static_cast<std::uint32_t>(random()) % policy.digests.size()}));
    }
  }
}

}  // namespace
}  // namespace ipec::exhaustive
