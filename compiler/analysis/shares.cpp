#include "compiler/analysis/shares.h"

#include <algorithm>
#include <map>
#include <optional>

namespace ipec::analysis {
namespace {

// The combinations of facts that are possible with or without a named root hash or digest.
struct Domain {
  explicit Domain(const policy::Semantics& semantics)
      : neither(PossibleFacts(semantics, false, false)),
        roothash(PossibleFacts(semantics, true, false)),
        digest(PossibleFacts(semantics, false, true)),
        both(PossibleFacts(semantics, true, true)) {}
  FactsSet neither;
  FactsSet roothash;
  FactsSet digest;
  FactsSet both;
};

// Which digests of one kind that an operation's rules name can exist.
struct Existing {
  std::vector<bool> is;  // by index
  std::uint64_t count = 0;

  Existing(const std::vector<NamedDigest>& named, policy::Property property,
           Shares::CanExist can_exist)
      : is(named.size(), true), count(named.size()) {
    if (!can_exist) return;
    for (std::size_t i = 0; i < named.size(); ++i) {
      is[i] = can_exist(property, named[i].representative);
      count -= is[i] ? 0 : 1;
    }
  }
};

struct Existences {
  Existences(const OperationCoverage& operation, Shares::CanExist can_exist)
      : roothashes(operation.roothashes, policy::Property::DmverityRoothash, can_exist),
        digests(operation.digests, policy::Property::FsverityDigest, can_exist) {}
  Existing roothashes;
  Existing digests;
};

// The number of cases with these `facts` and the digests that the rule names; if it names none, all
// cases of the operation.
std::uint64_t CountMatched(const Domain& domain, const Existences& exist, FactsSet facts,
                           bool names_roothash, bool names_digest) {
  const std::uint64_t roothashes = names_roothash ? 1 : exist.roothashes.count;
  const std::uint64_t digests = names_digest ? 1 : exist.digests.count;
  std::uint64_t count = roothashes * digests * (facts & domain.both).size();
  if (!names_digest) count += roothashes * (facts & domain.roothash).size();
  if (!names_roothash) count += digests * (facts & domain.digest).size();
  if (!names_roothash && !names_digest) count += (facts & domain.neither).size();
  return count;
}

// The cells of one combination of facts in the rows of one kind: the set ones sorted, the empty
// ones counted. Rows are clean: a set cell precedes the base.
struct Cells {
  std::vector<RuleId> set;
  std::uint64_t empty = 0;

  void Take(const std::vector<NamedDigest>& rows, const Existing& existing, Facts facts) {
    set.clear();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (existing.is[i] && rows[i].row[facts].valid()) set.push_back(rows[i].row[facts]);
    }
    empty = existing.count - set.size();
    std::sort(set.begin(), set.end());
  }
  // The number of rows that leave the decision to `rule`.
  std::uint64_t YieldingTo(RuleId rule) const {
    return empty + (set.end() - std::upper_bound(set.begin(), set.end(), rule));
  }
};

class Counter {
 public:
  Counter(const OperationCoverage& operation, const Existences& exist, std::vector<Share>& rules,
          Share& fallback)
      : operation_(operation), exist_(exist), rules_(rules), fallback_(fallback) {}

  void Count(const Domain& domain) {
    for (const Facts facts : FactsSet::All()) {
      const RuleId base = operation_.base[facts];
      roothashes_.Take(operation_.roothashes, exist_.roothashes, facts);
      digests_.Take(operation_.digests, exist_.digests, facts);
      if (domain.neither.Contains(facts)) Of(base) += 1;
      if (domain.roothash.Contains(facts)) Single(roothashes_, base);
      if (domain.digest.Contains(facts)) Single(digests_, base);
      if (domain.both.Contains(facts)) Both(facts, base);
    }
  }

 private:
  std::uint64_t& Of(RuleId rule) {
    return rule.valid() ? rules_[rule.index].decided : fallback_.decided;
  }

  // A named digest of one kind, and none of the other kind.
  void Single(const Cells& cells, RuleId base) {
    for (const RuleId rule : cells.set) Of(rule) += 1;
    Of(base) += cells.empty;
  }

  // Every named root hash with every named digest, as if no rule named both; then the pairs that
  // rules do name.
  void Both(Facts facts, RuleId base) {
    for (const RuleId rule : roothashes_.set) Of(rule) += digests_.YieldingTo(rule);
    for (const RuleId rule : digests_.set) Of(rule) += roothashes_.YieldingTo(rule);
    Of(base) += roothashes_.empty * digests_.empty;
    for (const NamedPair& pair : operation_.pairs) {
      const RuleId winner = pair.row[facts];
      if (!winner.valid() || !exist_.roothashes.is[pair.roothash] ||
          !exist_.digests.is[pair.digest]) {
        continue;
      }
      Of(winner) += 1;
      Of(std::min({base, operation_.roothashes[pair.roothash].row[facts],
                   operation_.digests[pair.digest].row[facts]})) -= 1;
    }
  }

  const OperationCoverage& operation_;
  const Existences& exist_;
  std::vector<Share>& rules_;
  Share& fallback_;
  Cells roothashes_;
  Cells digests_;
};

}  // namespace

Shares::Shares(const Coverage& coverage, CanExist can_exist)
    : rules_(coverage.policy().rules.size()) {
  const policy::Policy& policy = coverage.policy();
  const Domain domain(policy.semantics);
  std::map<Operation, Existences> existences;
  for (const OperationCoverage& operation : coverage.operations()) {
    const Existences& exist =
        existences.try_emplace(operation.operation, operation, can_exist).first->second;
    named_[operation.operation] = {exist.roothashes.count, exist.digests.count};
    Share& fallback = defaults_[operation.operation];
    fallback.matched = CountMatched(domain, exist, FactsSet::All(), false, false);
    Counter(operation, exist, rules_, fallback).Count(domain);
  }
  const auto none = [&](policy::Property property, DigestId named) {
    return named.valid() && can_exist && !can_exist(property, named);
  };
  for (std::uint32_t i = 0; i < rules_.size(); ++i) {
    const Demand demand = coverage.DemandOf(policy.rules[i]);
    const auto exist = existences.find(policy.rules[i].operation);
    if (demand.contradictory() || exist == existences.end() ||
        none(policy::Property::DmverityRoothash, demand.roothash) ||
        none(policy::Property::FsverityDigest, demand.digest)) {
      continue;
    }
    rules_[i].matched = CountMatched(domain, exist->second, demand.facts, demand.roothash.valid(),
                                     demand.digest.valid());
  }
}

CaseGroup Shares::GroupOf(Operation operation, std::uint64_t cases) const {
  CaseGroup group;
  group.operation = operation;
  group.cases = cases;
  const auto digests = [](std::uint64_t named) -> CaseGroup::Digests {
    using enum CaseGroup::Digests::Kind;
    return {named == 0 ? Unnamed : Mixed, nullptr, named};
  };
  group.roothashes = digests(named_[operation].roothashes);
  group.digests = digests(named_[operation].digests);
  return group;
}

// A rule decides cases with certain facts if and only if it decides the one of them that has no
// further named digest: that one is possible whenever the others are.
CaseGroup Shares::DecidedBy(const Coverage& coverage, RuleId rule) const {
  using Kind = CaseGroup::Digests::Kind;
  const policy::Policy& policy = coverage.policy();
  const OperationCoverage& rows = *coverage.Find(policy[rule].operation);
  const Demand demand = coverage.DemandOf(policy[rule]);
  const std::uint32_t at = coverage.RowOf(rule);
  CaseGroup group = GroupOf(rows.operation, Of(rule).decided);
  const Row* row = &rows.base;
  if (demand.roothash.valid()) {
    if (!demand.digest.valid()) row = &rows.roothashes[at].row;
    group.roothashes.kind = Kind::One;
    group.roothashes.one = ShareDigest(policy, demand.roothash);
  }
  if (demand.digest.valid()) {
    row = demand.roothash.valid() ? &rows.pairs[at].row : &rows.digests[at].row;
    group.digests.kind = Kind::One;
    group.digests.one = ShareDigest(policy, demand.digest);
  }
  for (const Facts facts :
       PossibleFacts(policy.semantics, demand.roothash.valid(), demand.digest.valid())) {
    if ((*row)[facts] == rule) group.facts.Add(facts);
  }
  return group;
}

CaseGroup Shares::DecidedByDefault(const Coverage& coverage, Operation operation) const {
  CaseGroup group = GroupOf(operation, OfDefault(operation).decided);
  for (const Facts facts : PossibleFacts(coverage.policy().semantics, false, false)) {
    if (!coverage.Find(operation)->base[facts].valid()) group.facts.Add(facts);
  }
  return group;
}

}  // namespace ipec::analysis
