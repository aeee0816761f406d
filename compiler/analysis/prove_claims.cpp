#include "compiler/analysis/prove_claims.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace ipec::analysis {

using policy::Claim;
using policy::ClaimKind;
using policy::Claims;
using policy::OperationSet;
using policy::Policy;
using Verdict = ClaimResult::Verdict;

namespace {

OperationSet OperationsOf(const Claims& claims, const Claim& claim) {
  OperationSet operations;
  for (const RuleId rule : claim.fits) operations.Add(claims.fits[rule].operation);
  return operations;
}

// Adds the cases of some operations that a claim fits.
void AddFitting(const Claims& claims, const Claim& claim, OperationSet operations, CaseSet& set) {
  for (const RuleId rule : claim.fits) {
    if (operations.Contains(claims.fits[rule].operation)) set.Add(claims.fits, rule);
  }
}

// The claims of a kind, by the operations that have the same ones.
using Indices = std::vector<std::size_t>;
std::map<Indices, OperationSet> ByOperations(const Claims& claims, ClaimKind kind) {
  std::map<Indices, OperationSet> groups;
  for (const Operation operation : claims.fits.semantics.operations) {
    Indices own;
    for (std::size_t i = 0; i < claims.claims.size(); ++i) {
      const Claim& claim = claims.claims[i];
      if (claim.kind == kind && OperationsOf(claims, claim).Contains(operation)) own.push_back(i);
    }
    if (!own.empty()) groups[own].Add(operation);
  }
  return groups;
}

// Claims that are judged together.
struct ClaimGroup {
  Indices claims;
  OperationSet operations;
  // The cases in which no policy contradicts them.
  CaseSet harmless;

  bool can_fail() const { return CountOf(harmless.Complement(operations)) != 0; }
};

std::vector<ClaimGroup> ProvedTogether(const Claims& claims) {
  std::vector<ClaimGroup> groups;
  for (std::size_t i = 0; i < claims.claims.size(); ++i) {
    const Claim& claim = claims.claims[i];
    if (claim.kind == ClaimKind::Only) continue;
    const OperationSet operations = OperationsOf(claims, claim);
    CaseSet fits(claims.fits.semantics);
    AddFitting(claims, claim, operations, fits);
    groups.push_back({{i}, operations, fits.Complement(operations)});
  }
  for (const auto& [indices, operations] : ByOperations(claims, ClaimKind::Only)) {
    CaseSet possible(claims.fits.semantics);
    for (const std::size_t i : indices) {
      AddFitting(claims, claims.claims[i], operations, possible);
    }
    groups.push_back({indices, operations, std::move(possible)});
  }
  return groups;
}

class Prover {
 public:
  Prover(const Policy& policy, const Claims& claims) : claims_(claims), policy_(policy) {}

  std::vector<ClaimResult> Run() {
    for (std::size_t i = 0; i < claims_.claims.size(); ++i) {
      results_.emplace_back().judged_at = i;
      can_fail_.push_back(false);
    }
    for (const ClaimGroup& group : ProvedTogether(claims_)) Classify(group);
    for (std::size_t i = 0; i < results_.size(); ++i) {
      if (!can_fail_[i]) results_[i].verdict = Verdict::CannotFail;
      if (results_[i].verdict == Verdict::Holds) continue;
      results_[i].holds_by_missing = {};
      results_[i].needs_all_missing = false;
    }
    return std::move(results_);
  }

 private:
  // Policies can contradict the claims only in cases that are not harmless: by denying these cases
  // if the claims say `always`, else by allowing them.
  void Classify(const ClaimGroup& group) {
    const Indices& claims = group.claims;
    const OperationSet operations = group.operations;
    const CaseSet& harmless = group.harmless;
    const bool denies = claims_.claims[claims.front()].kind == ClaimKind::Always;
    const auto against = [&](const Policy& policy) {
      const CaseSet allowed = CaseSet::AllowedBy(policy, operations);
      const CaseSet wrong = denies ? allowed.Complement(operations) : allowed;
      if (CountMissing(wrong, harmless) == 0) return Differences();
      Differences found = Missing(wrong, harmless);
      for (Difference& one : found.groups) one.before = wrong.OriginOf(one.before);
      return found;
    };
    Differences found = against(policy_);
    const bool refuted = !found.groups.empty();
    const Sets by_missing = refuted ? Sets() : Decisive(operations, [&](const Policy& policy) {
      return !against(policy).groups.empty();
    });
    const bool can_fail = group.can_fail();
    for (const std::size_t i : claims) {
      ClaimResult& result = results_[i];
      if (refuted && result.verdict != Verdict::Refuted) result.judged_at = claims.front();
      if (refuted) result.verdict = Verdict::Refuted;
      if (!by_missing.empty()) AddMissing(by_missing, result);
      can_fail_[i] = can_fail_[i] || can_fail;
    }
    ClaimResult& first = results_[claims.front()];
    std::move(found.groups.begin(), found.groups.end(), std::back_inserter(first.against.groups));
    first.against.more_tighter += found.more_tighter;
    const CaseSet all = CaseSet::AllowedBy(policy_, operations).Filled(operations);
    first.cases += CountMissing(all, harmless.Emptied());
  }

  using Sets = std::vector<policy::PropertySet>;

  // A claim may be judged with several groups of operations.
  static void AddMissing(const Sets& sets, ClaimResult& result) {
    const std::size_t size = sets.front().size();
    const bool is_first = result.holds_by_missing.empty();
    const std::size_t known = result.needs_all_missing ? result.holds_by_missing.size() : 1;
    if (!is_first && (known < size || (known == size && size > 1))) return;
    if (known > size) result.holds_by_missing = {};
    result.needs_all_missing = size > 1;
    for (const policy::PropertySet set : sets) result.holds_by_missing |= set;
  }

  // The smallest sets of missing properties with which claims about `operations` would be refuted;
  // of several sets with more than one property, the first.
  template <typename Refutes>
  Sets Decisive(OperationSet operations, const Refutes& refutes) const {
    policy::PropertySet tested;
    for (const policy::Rule& rule : policy_.rules) {
      if (!operations.Contains(rule.operation)) continue;
      for (const policy::Condition& condition : policy_.ConditionsOf(rule)) {
        if (policy_.semantics.missing.Contains(condition.property)) tested.Add(condition.property);
      }
    }
    Sets sets = {{}};
    for (const policy::Property property : tested) {
      const std::size_t count = sets.size();
      sets.reserve(2 * count);
      for (std::size_t i = 0; i < count; ++i) {
        policy::PropertySet with = sets[i];
        with.Add(property);
        sets.push_back(with);
      }
    }
    std::stable_sort(sets.begin(), sets.end(),
                     [](const auto& a, const auto& b) { return a.size() < b.size(); });
    Policy complete = policy_;
    Sets decisive;
    // The first set is empty, with which nothing is refuted.
    for (std::size_t i = 1; i < sets.size(); ++i) {
      if (!decisive.empty() && sets[i].size() > 1) break;
      complete.semantics.missing = policy_.semantics.missing - sets[i];
      if (refutes(complete)) decisive.push_back(sets[i]);
    }
    return decisive;
  }

  const Claims& claims_;
  const Policy& policy_;
  std::vector<ClaimResult> results_;
  std::vector<bool> can_fail_;  // by claim
};

// The cases that claims of a kind fit, of some operations.
void AddAll(const Claims& claims, ClaimKind kind, OperationSet operations, CaseSet& set) {
  for (const Claim& claim : claims.claims) {
    if (claim.kind == kind) AddFitting(claims, claim, operations, set);
  }
}

// The cases that may be allowed: of operations without an `only` claim, all; none that fit a
// `never` claim.
CaseSet PossibleBy(const Claims& claims, OperationSet operations) {
  OperationSet limited;
  for (const Claim& claim : claims.claims) {
    if (claim.kind == ClaimKind::Only) limited |= OperationsOf(claims, claim);
  }
  CaseSet possible(claims.fits.semantics);
  AddAll(claims, ClaimKind::Only, operations, possible);
  for (const Operation operation : operations - limited) possible.AddOthers(operation);
  for (const Claim& claim : claims.claims) {
    if (claim.kind != ClaimKind::Never) continue;
    for (const RuleId rule : claim.fits) {
      if (operations.Contains(claims.fits[rule].operation)) possible.Remove(claims.fits, rule);
    }
  }
  return possible;
}

CaseSet RequiredBy(const Claims& claims, OperationSet operations) {
  CaseSet required(claims.fits.semantics);
  AddAll(claims, ClaimKind::Always, operations, required);
  return required;
}

}  // namespace

std::vector<bool> CanFail(const Claims& claims) {
  std::vector<bool> can_fail(claims.claims.size(), false);
  for (const ClaimGroup& group : ProvedTogether(claims)) {
    if (!group.can_fail()) continue;
    for (const std::size_t i : group.claims) can_fail[i] = true;
  }
  return can_fail;
}

std::vector<ClaimResult> ProveClaims(const Policy& policy, const Claims& claims) {
  return Prover(policy, claims).Run();
}

std::vector<Pinned> CountPinned(const Policy& policy, const Claims& claims) {
  std::vector<Pinned> counts;
  for (const Operation operation : policy.semantics.operations) {
    const CaseSet possible = PossibleBy(claims, {operation});
    // Pinned: what may not be allowed, and what must be.
    CaseSet pinned = possible.Complement({operation});
    AddAll(claims, ClaimKind::Always, {operation}, pinned);
    const CaseSet all = CaseSet::AllowedBy(policy, {operation}).Filled({operation});
    Pinned& count = counts.emplace_back();
    count.operation = operation;
    count.cases = CountMissing(all, pinned.Emptied());
    count.open = Missing(all, pinned);
    count.pinned = count.cases - Count(count.open);
    for (Difference& group : count.open.groups) group.before = all.OriginOf(group.before);
  }
  return counts;
}

struct Demands::Covered {
  explicit Covered(const CaseSet& set) : policy(set.ToPolicy()), coverage(policy) {}

  const Policy policy;
  const Coverage coverage;
};

Demands::Demands(const Claims& claims, OperationSet operations)
    : operations_(operations),
      required_(std::make_unique<Covered>(RequiredBy(claims, operations))),
      possible_(std::make_unique<Covered>(PossibleBy(claims, operations))) {}

Demands::~Demands() = default;

bool Demands::MetBy(const Policy& policy) const {
  const Covered allowed(CaseSet::AllowedBy(policy, operations_));
  const auto lacks = [](const Covered& set, const Covered& other) {
    const Differences found = AllDifferences(set.coverage, other.coverage,
                                             {.most_crossings = 0, .keeps = Keeps::Decision});
    return found.more_tighter != 0 ||
           std::any_of(found.groups.begin(), found.groups.end(), [](const Difference& group) {
             return group.kind == Difference::Kind::Tighter;
           });
  };
  return !lacks(allowed, *possible_) && !lacks(*required_, allowed);
}

}  // namespace ipec::analysis
