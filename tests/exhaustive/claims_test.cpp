// Sets of cases, and claims about policies, against deciding every case.

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "catch2/catch.hpp"
#include "compiler/analysis/prove_claims.h"
#include "tests/exhaustive/judge.h"
#include "tests/unit/sampling.h"

namespace ipec::exhaustive {
namespace {

using analysis::CaseSet;
using analysis::ClaimResult;
using analysis::Difference;
using analysis::Differences;
using policy::Claim;
using policy::ClaimKind;
using policy::Claims;
using policy::RuleId;
using Verdict = ClaimResult::Verdict;

// The digests that rules of some policies name, and the facts: rules cannot distinguish more.
using Case = std::tuple<std::size_t, std::size_t, unsigned>;

std::size_t NumberOf(const std::set<std::size_t>& named, const std::optional<runtime::Digest>& of,
                     const Semantics& semantics) {
  if (!of) return kDigestCount;
  for (const std::size_t number : named) {
    if (SameDigest(semantics, *of, DigestNumber(number))) return number;
  }
  return kDigestCount;
}

class Cases {
 public:
  explicit Cases(Semantics semantics) : semantics_(semantics) { semantics_.missing = {}; }

  // Rules of one operation.
  void AddRulesOf(const Policy& policy, Operation operation) {
    const analysis::Coverage coverage(policy);
    for (const policy::Rule& rule : policy.rules) {
      if (rule.operation != operation || coverage.DemandOf(rule).contradictory()) continue;
      for (const policy::Condition& condition : policy.ConditionsOf(rule)) {
        if (!condition.digest.valid()) continue;
        auto& named = condition.property == Property::DmverityRoothash ? roothashes_ : digests_;
        for (std::size_t number = 0; number < kNamedDigestCount; ++number) {
          if (SameDigest(semantics_, policy.digests.Get(condition.digest), DigestNumber(number))) {
            named.insert(number);
            break;
          }
        }
      }
    }
  }

  Case Of(const Event& event) const {
    const auto roothash = event.dmverity ? event.dmverity->roothash : std::nullopt;
    const auto digest = event.fsverity ? event.fsverity->digest : std::nullopt;
    return {NumberOf(roothashes_, roothash, semantics_), NumberOf(digests_, digest, semantics_),
            FactsOf(event)};
  }

 private:
  Semantics semantics_;
  std::set<std::size_t> roothashes_;
  std::set<std::size_t> digests_;
};

bool Fits(const Policy& fits, RuleId rule, const Event& event) {
  const auto conditions = fits.ConditionsOf(fits[rule]);
  return fits[rule].operation == event.operation &&
         std::all_of(conditions.begin(), conditions.end(), [&](const policy::Condition& condition) {
           return Holds(fits, condition, event);
         });
}

bool Fits(const Claims& claims, const Claim& claim, const Event& event) {
  return std::any_of(claim.fits.begin(), claim.fits.end(),
                     [&](RuleId rule) { return Fits(claims.fits, rule, event); });
}

// Whether deciding the event in this way contradicts the claim.
bool Contradicts(const Claims& claims, std::size_t index, const Event& event, Action action) {
  const Claim& claim = claims.claims[index];
  switch (claim.kind) {
    case ClaimKind::Never:
      return action == Action::Allow && Fits(claims, claim, event);
    case ClaimKind::Always:
      return action == Action::Deny && Fits(claims, claim, event);
    case ClaimKind::Only:
      break;
  }
  const auto names = [&](const Claim& one) {
    return one.kind == ClaimKind::Only &&
           std::any_of(one.fits.begin(), one.fits.end(),
                       [&](RuleId rule) { return claims.fits[rule].operation == event.operation; });
  };
  return action == Action::Allow && names(claim) &&
         std::none_of(claims.claims.begin(), claims.claims.end(), [&](const Claim& other) {
           return names(other) && Fits(claims, other, event);
         });
}

// Claims whose rules are those of a policy, by turns for one operation and for two.
Claims ClaimsFrom(Policy fits, std::mt19937& random) {
  fits.semantics.missing = {};
  Claims claims;
  for (std::uint32_t i = 0; i < fits.rules.size();) {
    const std::uint32_t count = random() % 3 == 0 && i + 1 < fits.rules.size() ? 2 : 1;
    if (count == 2) fits.rules[i + 1].conditions = fits.rules[i].conditions;
    claims.claims.push_back({static_cast<ClaimKind>(random() % 3), {i, count}, i + 1, {}});
    i += count;
  }
  claims.fits = std::move(fits);
  return claims;
}

std::string Describe(const Policy& policy, const Claims& claims) {
  std::string text = exhaustive::Describe(policy) + "--- claims\n";
  constexpr std::string_view kKinds[] = {"never", "always", "only"};
  for (const Claim& claim : claims.claims) {
    text += kKinds[static_cast<std::size_t>(claim.kind)];
    for (const RuleId rule : claim.fits) text += " " + std::to_string(rule.index);
    text += "\n";
  }
  return text + exhaustive::Describe(claims.fits);
}

// The events of a kernel, by operation.
std::map<Operation, std::vector<Event>> EventsOf(const Semantics& semantics) {
  std::map<Operation, std::vector<Event>> events;
  for (const Operation operation : semantics.operations) {
    events[operation] = PossibleEvents(semantics, operation);
  }
  return events;
}

class Checked {
 public:
  Checked(const Policy& policy, const Claims& claims,
          const std::map<Operation, std::vector<Event>>& events)
      : policy_(policy), claims_(claims), events_(events) {}

  void CheckVerdicts() const {
    const std::vector<ClaimResult> results = analysis::ProveClaims(policy_, claims_);
    REQUIRE(results.size() == claims_.claims.size());
    bool all_hold = true;
    for (std::size_t i = 0; i < results.size(); ++i) {
      const ClaimResult& result = results[i];
      const Verdict wanted = VerdictOf(i, policy_);
      all_hold = all_hold && wanted != Verdict::Refuted;
      if (result.verdict != wanted) {
        FAIL("claim " << i << " is classified as " << int(result.verdict) << ", not " << int(wanted)
                      << "\n"
                      << Describe(policy_, claims_));
      }
      CheckWitnesses(i, results);
      CheckMissing(i, result);
    }
    const analysis::Demands demands(claims_, policy_.semantics.operations);
    CHECK(demands.MetBy(policy_) == all_hold);
  }

  void CheckPinned() const {
    for (const analysis::Pinned& said : analysis::CountPinned(policy_, claims_)) {
      Cases cases(policy_.semantics);
      cases.AddRulesOf(policy_, said.operation);
      cases.AddRulesOf(claims_.fits, said.operation);
      std::set<Case> all;
      std::set<Case> pinned;
      for (const Event& event : events_.at(said.operation)) {
        all.insert(cases.Of(event));
        for (std::size_t i = 0; i < claims_.claims.size(); ++i) {
          if (Contradicts(claims_, i, event, Action::Allow) ||
              Contradicts(claims_, i, event, Action::Deny)) {
            pinned.insert(cases.Of(event));
          }
        }
      }
      if (said.cases != all.size() || said.pinned != pinned.size()) {
        FAIL("pinned: " << said.pinned << " of " << said.cases << ", not " << pinned.size()
                        << " of " << all.size() << "\n"
                        << Describe(policy_, claims_));
      }
    }
  }

 private:
  Verdict VerdictOf(std::size_t claim, const Policy& policy) const {
    bool can_fail = false;
    for (const auto& [operation, events] : events_) {
      for (const Event& event : events) {
        if (Contradicts(claims_, claim, event, Decide(policy, event).action)) {
          return Verdict::Refuted;
        }
        can_fail = can_fail || Contradicts(claims_, claim, event, Action::Allow) ||
                   Contradicts(claims_, claim, event, Action::Deny);
      }
    }
    return can_fail ? Verdict::Holds : Verdict::CannotFail;
  }

  // The groups of a refuted claim are the rules that decide the events against it.
  void CheckWitnesses(std::size_t index, const std::vector<ClaimResult>& results) const {
    const ClaimResult& result = results[index];
    const ClaimResult& judged = results[result.judged_at];
    if (result.verdict == Verdict::Refuted) REQUIRE(!judged.against.groups.empty());
    if (result.judged_at != index) return;
    std::uint64_t sum = 0;
    for (const Difference& group : result.against.groups) {
      const Event event = EventOf(group.witness);
      const Decision decision = Decide(policy_, event);
      CHECK(Contradicts(claims_, index, event, decision.action));
      CHECK(decision.rule == group.before);
      sum += group.cases;
    }
    std::set<std::pair<Operation, std::uint32_t>> said;
    for (const Difference& group : result.against.groups) {
      said.insert({group.operation, group.before.index});
    }
    std::set<std::pair<Operation, std::uint32_t>> wanted;
    for (const auto& [operation, events] : events_) {
      for (const Event& event : events) {
        const Decision decision = Decide(policy_, event);
        if (!Contradicts(claims_, index, event, decision.action)) continue;
        if (claims_.claims[index].kind == ClaimKind::Only && FirstOnly(operation) != index)
          continue;
        wanted.insert({operation, decision.rule.index});
      }
    }
    CHECK(said == wanted);
    CHECK(sum <= result.cases);
  }

  // The first `only` claim about an operation has the cases of the others.
  std::size_t FirstOnly(Operation operation) const {
    for (std::size_t i = 0; i < claims_.claims.size(); ++i) {
      const Claim& claim = claims_.claims[i];
      if (claim.kind != ClaimKind::Only) continue;
      for (const RuleId rule : claim.fits) {
        if (claims_.fits[rule].operation == operation) return i;
      }
    }
    return claims_.claims.size();
  }

  void CheckMissing(std::size_t index, const ClaimResult& result) const {
    if (result.verdict != Verdict::Holds) {
      CHECK(result.holds_by_missing.empty());
      return;
    }
    const auto refuted_without = [&](policy::PropertySet missing) {
      Policy with = policy_;
      with.semantics.missing = missing;
      return VerdictOf(index, with) == Verdict::Refuted;
    };
    // The smallest sets of properties with which it is refuted.
    const std::vector<Property> missing(policy_.semantics.missing.begin(),
                                        policy_.semantics.missing.end());
    std::vector<policy::PropertySet> smallest;
    for (unsigned bits = 1; bits < 1U << missing.size(); ++bits) {
      policy::PropertySet added;
      for (std::size_t i = 0; i < missing.size(); ++i) {
        if ((bits >> i & 1U) != 0) added.Add(missing[i]);
      }
      if (!smallest.empty() && added.size() > smallest.front().size()) continue;
      if (!refuted_without(policy_.semantics.missing - added)) continue;
      if (!smallest.empty() && added.size() < smallest.front().size()) smallest.clear();
      smallest.push_back(added);
    }
    INFO(Describe(policy_, claims_));
    const std::size_t size = smallest.empty() ? 0 : smallest.front().size();
    CHECK(result.needs_all_missing == (size > 1));
    if (size > 1) {
      CHECK(std::find(smallest.begin(), smallest.end(), result.holds_by_missing) != smallest.end());
    } else {
      policy::PropertySet any;
      for (const policy::PropertySet one : smallest) any |= one;
      CHECK(result.holds_by_missing == any);
    }
  }

  const Policy& policy_;
  const Claims& claims_;
  const std::map<Operation, std::vector<Event>>& events_;
};

TEST_CASE("claims hold if and only if no event contradicts them") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::vector<Semantics> kernels = AllSemantics();
  for (const Semantics& semantics : SemanticsWithMissing()) kernels.push_back(semantics);
  for (const Semantics& semantics : kernels) {
    const auto events = EventsOf(semantics);
    for (int round = 0; round < tests::SampledRounds(60); ++round) {
      const Policy policy = RandomPolicy(semantics, 1 + random() % 8, random);
      const Claims claims = ClaimsFrom(RandomPolicy(semantics, 1 + random() % 5, random), random);
      const Checked checked(policy, claims, events);
      checked.CheckVerdicts();
      checked.CheckPinned();
    }
  }
}

TEST_CASE("the sets that statements decide are disjoint, and together all cases") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (const Semantics& semantics : AllSemantics()) {
    const policy::OperationSet execute = {Operation::Execute};
    for (int round = 0; round < tests::SampledRounds(100); ++round) {
      const Policy policy = RandomPolicy(semantics, 1 + random() % 8, random);
      const CaseSet all = CaseSet::AllowedBy(policy, execute).Filled(execute);
      CaseSet together(semantics);
      std::uint64_t sum = 0;
      std::vector<RuleId> statements = {RuleId{}};
      for (const RuleId rule : policy.rule_ids()) {
        if (policy[rule].operation == Operation::Execute) statements.push_back(rule);
      }
      std::set<std::uint32_t> deciders;
      for (const Event& event : PossibleEvents(semantics, Operation::Execute)) {
        deciders.insert(Decide(policy, event).rule.index);
      }
      for (const RuleId rule : statements) {
        const CaseSet decided = CaseSet::DecidedBy(policy, Operation::Execute, rule);
        const Differences found = Common(all, decided, execute);
        sum += Count(found);
        CHECK(deciders.contains(rule.index) == (Count(found) != 0));
        for (const Difference& group : found.groups) {
          CHECK(Decide(policy, EventOf(group.witness)).rule == rule);
        }
        CHECK(Count(Missing(all, decided)) + Count(found) == Count(Missing(all, all.Emptied())));
      }
      CHECK(sum == Count(Missing(all, all.Emptied())));
    }
  }
}

}  // namespace
}  // namespace ipec::exhaustive
