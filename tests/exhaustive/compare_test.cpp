// analysis::Compare against deciding every event with both policies.

#include <algorithm>
#include <chrono>

#include "catch2/catch.hpp"
#include "compiler/analysis/compare.h"
#include "tests/exhaustive/judge.h"
#include "tests/unit/compare_policies.h"
#include "tests/unit/sampling.h"

namespace ipec::exhaustive {
namespace {

using analysis::Coverage;

// A policy with everything that is computed for it repeatedly.
struct Prepared {
  Prepared(Policy made, const std::vector<Event>& events)
      : policy(std::move(made)), coverage(policy) {
    for (const Event& event : events) decisions.push_back(Decide(policy, event));
  }
  Policy policy;
  Coverage coverage;
  std::vector<Decision> decisions;
};

void CheckPair(Keeps keeps, const Prepared& before, const Prepared& after) {
  bool same = true;
  for (std::size_t i = 0; same && i < before.decisions.size(); ++i) {
    same = SameOutcome(keeps, before.policy, before.decisions[i], after.policy, after.decisions[i]);
  }
  const auto difference = Compare(keeps, before.coverage, after.coverage);
  if (difference.has_value() == same) {
    FAIL("should be " << (same ? "the same" : "different") << "\n"
                      << Describe(before.policy) << "---\n"
                      << Describe(after.policy));
  }
  if (same) return;
  const Event event = EventOf(*difference);
  if (SameOutcome(keeps, before.policy, Decide(before.policy, event), after.policy,
                  Decide(after.policy, event)) ||
      !Possible(before.policy.semantics, event)) {
    FAIL("the witness shows no difference\n"
         << Describe(before.policy) << "---\n"
         << Describe(after.policy) << Describe(event));
  }
}

void CheckAllPairs(const std::vector<std::unique_ptr<Prepared>>& policies) {
  for (const auto& before : policies) {
    for (const auto& after : policies) {
      CheckPair(Keeps::Audit, *before, *after);
      CheckPair(Keeps::Decision, *before, *after);
    }
  }
}

TEST_CASE("comparing agrees with the specification: all pairs of policies of two rules") {
  const std::vector<RuleSpec> rules = WithBothActions(
      {Shape("---", "--"), Shape("T--", "--"), Shape("-F-", "--"), Shape("---", "0-"),
       Shape("---", "2-"), Shape("---", "-0"), Shape("T--", "1-"), Shape("--F", "00")});
  for (const Semantics& semantics : AllSemantics()) {
    const auto events = PossibleEvents(semantics, Operation::Execute);
    std::vector<std::unique_ptr<Prepared>> policies;
    ForEachPolicy(semantics, rules, 2, Action::Deny, [&](const Policy& policy) {
      policies.push_back(std::make_unique<Prepared>(policy, events));
    });
    CheckAllPairs(policies);
  }
}

TEST_CASE("comparing agrees with the specification: without each set of properties") {
  std::vector<RuleSpec> rules = RulesOfEachProperty();
  for (const Semantics& semantics : SemanticsWithMissing()) {
    const auto events = PossibleEvents(semantics, Operation::Execute);
    std::vector<std::unique_ptr<Prepared>> policies;
    ForEachPolicy(semantics, rules, 1, Action::Deny, [&](const Policy& policy) {
      policies.push_back(std::make_unique<Prepared>(policy, events));
    });
    CheckAllPairs(policies);
  }
}

// Rows that agree one by one, in a different order: the difficult part of the proof.
TEST_CASE("comparing agrees with the specification: digests in every order") {
  const std::vector<std::vector<ConditionSpec>> shapes = {Shape("---", "0-"), Shape("---", "1-"),
                                                          Shape("---", "-0"), Shape("---", "-1"),
                                                          Shape("---", "00")};
  const Semantics semantics = AllSemantics().back();
  const auto events = PossibleEvents(semantics, Operation::Execute);
  for (unsigned actions = 0; actions < 1U << shapes.size(); ++actions) {
    std::vector<std::unique_ptr<Prepared>> policies;
    std::vector<std::size_t> order = {0, 1, 2, 3, 4};
    do {
      for (const std::size_t count : {4, 5}) {
        std::vector<RuleSpec> rules;
        for (std::size_t i = 0; i < count; ++i) {
          const bool allow = (actions >> order[i] & 1U) != 0;
          rules.push_back(
              {shapes[order[i]], allow ? Action::Allow : Action::Deny, Operation::Execute});
        }
        policies.push_back(
            std::make_unique<Prepared>(MakePolicy(semantics, rules, Action::Deny), events));
      }
    } while (std::next_permutation(order.begin(), order.end()));
    // All pairs of all orders are for the slow run; here each with the first and with the next.
    for (std::size_t i = 1; i < policies.size(); ++i) {
      for (const Keeps keeps : {Keeps::Audit, Keeps::Decision}) {
        CheckPair(keeps, *policies[0], *policies[i]);
        CheckPair(keeps, *policies[1], *policies[i]);
        CheckPair(keeps, *policies[i - 1], *policies[i]);
      }
    }
  }
}

TEST_CASE("comparing agrees with the specification: random changes of random policies") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  int same = 0;
  for (const Semantics& semantics : AllSemantics()) {
    for (int round = 0; round < tests::SampledRounds(2000); ++round) {
      const Policy before = RandomPolicy(semantics, 1 + random() % 12, random);
      Policy after = before;
      const std::size_t at = random() % after.rules.size();
      if (random() % 2 == 0) {
        after.rules.erase(after.rules.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
        std::swap(after.rules[at], after.rules[random() % after.rules.size()]);
      }
      if (random() % 4 == 0) after.operation_defaults[Operation::Execute].reset();
      for (const Keeps keeps : {Keeps::Audit, Keeps::Decision}) {
        const auto difference = FindDifference(keeps, before, after);
        if (tests::IsSame(keeps, before, after) == difference.has_value()) {
          FAIL("wrong verdict\n" << Describe(before) << "---\n" << Describe(after));
        }
        same += difference ? 0 : 1;
      }
    }
  }
  CHECK(same > tests::SampledRounds(500));  // both results occur
}

TEST_CASE("policies differ when they treat operations without a name differently") {
  const Semantics semantics = AllSemantics().back();
  const Policy none = OperationDefaultsOnly(semantics, Action::Deny);
  Policy allow = none;
  allow.global_default = policy::Default{Action::Allow, 3, {}};
  Policy deny = none;
  deny.global_default = policy::Default{Action::Deny, 3, {}};
  CHECK(tests::IsSame(Keeps::Audit, none, allow));
  const auto difference = Compare(Keeps::Decision, Coverage(none), Coverage(deny));
  REQUIRE(difference);
  CHECK(difference->operation == Operation::Unknown);
}

// A large policy with root hashes and file digests, in order or reversed.
Policy Big(std::size_t rules, bool reversed) {
  Policy policy;
  policy.semantics = AllSemantics().back();
  policy.global_default = policy::Default{Action::Deny, 1, {}};
  for (std::size_t i = 0; i < rules; ++i) {
    const std::size_t number = reversed ? rules - 1 - i : i;
    std::array<std::uint8_t, 32> bytes{};
    for (std::size_t k = 0; k < 4; ++k) bytes[k] = static_cast<std::uint8_t>(number >> 8 * k);
    policy::Condition condition;
    condition.property = number % 2 == 0 ? Property::DmverityRoothash : Property::FsverityDigest;
    condition.digest = policy.digests.Add("sha256", bytes);
    policy.conditions.push_back(condition);
    policy::Rule rule;
    rule.action = number % 3 == 0 ? Action::Deny : Action::Allow;
    rule.conditions = {static_cast<std::uint32_t>(i), 1};
    rule.line = static_cast<std::uint32_t>(i + 2);
    policy.rules.push_back(rule);
  }
  return policy;
}

TEST_CASE("comparing large policies is quick and exact") {
  const Policy before = Big(100000, false);
  Policy after = before;
  after.rules.erase(after.rules.begin() + 6);  // a DENY that repeats the default
  const Policy reversed = Big(100000, true);
  CHECK(tests::IsSame(Keeps::Audit, before, before));
  CHECK_FALSE(tests::IsSame(Keeps::Audit, before, after));
  CHECK_FALSE(tests::IsSame(Keeps::Decision, before, reversed));
}

TEST_CASE("comparing is exact where the rows of pairs hide that others changed their order") {
  constexpr std::size_t kSide = 300;
  const auto make = [&](bool roothashes_first, std::size_t pairs) {
    Policy policy;
    policy.semantics = AllSemantics().back();
    policy.global_default = policy::Default{Action::Deny, 1, {}};
    std::vector<policy::DigestId> ids;
    for (std::size_t i = 0; i < kSide; ++i) {
      const std::array bytes = {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8)};
      ids.push_back(policy.digests.Add("x", bytes));
    }
    const auto add = [&](std::initializer_list<policy::Condition> conditions, Action action) {
      policy::Rule rule;
      rule.action = action;
      rule.conditions = {static_cast<std::uint32_t>(policy.conditions.size()),
                         static_cast<std::uint32_t>(conditions.size())};
      policy.conditions.insert(policy.conditions.end(), conditions);
      policy.rules.push_back(rule);
    };
    for (const policy::DigestId roothash : ids) {
      for (const policy::DigestId digest : ids) {
        if (policy.rules.size() == pairs) break;
        add({{Property::DmverityRoothash, true, roothash},
             {Property::FsverityDigest, true, digest}},
            Action::Allow);
      }
    }
    for (const bool roothash : {roothashes_first, !roothashes_first}) {
      for (const policy::DigestId id : ids) {
        add({{roothash ? Property::DmverityRoothash : Property::FsverityDigest, true, id}},
            roothash ? Action::Allow : Action::Deny);
      }
    }
    return policy;
  };
  constexpr std::size_t kAll = kSide * kSide;
  CHECK(tests::IsSame(Keeps::Decision, make(true, kAll), make(false, kAll)));
  CHECK(tests::IsSame(Keeps::Audit, make(true, kAll), make(false, kAll)));
  CHECK_FALSE(tests::IsSame(Keeps::Decision, make(true, kAll - 1), make(false, kAll - 1)));
}

}  // namespace
}  // namespace ipec::exhaustive
