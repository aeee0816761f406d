#include "compiler/analysis/shares.h"

#include <algorithm>
#include <bit>

namespace ipec::analysis {
namespace {

std::uint64_t Count(FactsSet set) {
  return static_cast<std::uint64_t>(std::popcount(set));
}

// The combinations of facts that go with a named root hash or not, and a named digest or not.
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

// The cases in which `facts` hold and the digests are those asked for: all of the operation's,
// where none is.
std::uint64_t Asked(const Domain& domain, const OperationCoverage& operation, FactsSet facts,
                    bool names_roothash, bool names_digest) {
  const std::uint64_t roothashes = names_roothash ? 1 : operation.roothashes.size();
  const std::uint64_t digests = names_digest ? 1 : operation.digests.size();
  std::uint64_t count = roothashes * digests * Count(facts & domain.both);
  if (!names_digest) count += roothashes * Count(facts & domain.roothash);
  if (!names_roothash) count += digests * Count(facts & domain.digest);
  if (!names_roothash && !names_digest) count += Count(facts & domain.neither);
  return count;
}

// The cells of one combination of facts in the rows of one kind: set ones sorted, empty ones
// counted. Rows are clean: what is set comes before the base.
struct Cells {
  std::vector<RuleId> set;
  std::uint64_t empty = 0;

  void Take(const std::vector<NamedDigest>& rows, unsigned facts) {
    set.clear();
    for (const NamedDigest& named : rows) {
      if (named.row[facts].valid()) set.push_back(named.row[facts]);
    }
    empty = rows.size() - set.size();
    std::sort(set.begin(), set.end());
  }
  // Rows that leave the decision to `rule`.
  std::uint64_t YieldingTo(RuleId rule) const {
    return empty +
           static_cast<std::uint64_t>(set.end() - std::upper_bound(set.begin(), set.end(), rule));
  }
};

class Counter {
 public:
  Counter(const OperationCoverage& operation, std::vector<Share>& rules, Share& fallback)
      : operation_(operation), rules_(rules), fallback_(fallback) {}

  void Count(const Domain& domain) {
    for (unsigned facts = 0; facts < runtime::kFactsCount; ++facts) {
      const RuleId base = operation_.base[facts];
      roothashes_.Take(operation_.roothashes, facts);
      digests_.Take(operation_.digests, facts);
      if (Contains(domain.neither, facts)) Of(base) += 1;
      if (Contains(domain.roothash, facts)) Single(roothashes_, base);
      if (Contains(domain.digest, facts)) Single(digests_, base);
      if (Contains(domain.both, facts)) Both(facts, base);
    }
  }

 private:
  std::uint64_t& Of(RuleId rule) {
    return rule.valid() ? rules_[rule.index].decided : fallback_.decided;
  }

  // One named digest of one kind, none of the other.
  void Single(const Cells& cells, RuleId base) {
    for (const RuleId rule : cells.set) Of(rule) += 1;
    Of(base) += cells.empty;
  }

  // Every named root hash with every named digest, as if no rule named two together; then the pairs
  // that rules do name together.
  void Both(unsigned facts, RuleId base) {
    for (const RuleId rule : roothashes_.set) Of(rule) += digests_.YieldingTo(rule);
    for (const RuleId rule : digests_.set) Of(rule) += roothashes_.YieldingTo(rule);
    Of(base) += roothashes_.empty * digests_.empty;
    for (const NamedPair& pair : operation_.pairs) {
      const RuleId winner = pair.row[facts];
      if (!winner.valid()) continue;
      Of(winner) += 1;
      Of(std::min({base, operation_.roothashes[pair.roothash].row[facts],
                   operation_.digests[pair.digest].row[facts]})) -= 1;
    }
  }

  const OperationCoverage& operation_;
  std::vector<Share>& rules_;
  Share& fallback_;
  Cells roothashes_;
  Cells digests_;
};

}  // namespace

Shares::Shares(const Coverage& coverage) : rules_(coverage.policy().rules.size()) {
  const policy::Policy& policy = coverage.policy();
  const Domain domain(policy.semantics);
  for (const OperationCoverage& operation : coverage.operations()) {
    Share& fallback = defaults_[static_cast<std::size_t>(operation.operation)];
    fallback.asked = Asked(domain, operation, UINT16_MAX, false, false);
    Counter(operation, rules_, fallback).Count(domain);
  }
  for (std::uint32_t i = 0; i < rules_.size(); ++i) {
    const Demand demand = coverage.DemandOf(policy.rules[i]);
    const OperationCoverage* operation = coverage.Find(policy.rules[i].operation);
    if (demand.contradictory() || operation == nullptr) continue;
    rules_[i].asked =
        Asked(domain, *operation, demand.facts, demand.roothash.valid(), demand.digest.valid());
  }
}

}  // namespace ipec::analysis
