#include "compiler/analysis/compare.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "compiler/support/assert.h"
#include "compiler/support/keyed_hash.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

namespace ipec::analysis {
namespace {

using policy::Action;
using policy::Condition;
using policy::Policy;

// Maximum number of classes to check one by one, for one operation and one combination of facts, if
// nothing shorter helps.
constexpr std::size_t kMostClasses = 1U << 22;

// A digest that at least one of the policies names, with its row in each (null: not named there).
struct Named {
  DigestId before_id;
  DigestId after_id;
  const NamedDigest* before = nullptr;
  const NamedDigest* after = nullptr;
};

struct Pair {
  const NamedPair* before = nullptr;
  const NamedPair* after = nullptr;
};

// The rule that decides in each policy; an invalid id means the default.
struct Deciders {
  RuleId before;
  RuleId after;
};

// One operation of both policies. An index past the end of `roothashes_` or `digests_` is kNone.
class OperationComparison {
 public:
  OperationComparison(Keeps keeps, const Coverage& before, const Coverage& after,
                      const OperationCoverage& before_rows, const OperationCoverage& after_rows)
      : keeps_(keeps),
        before_(before),
        after_(after),
        before_rows_(before_rows),
        after_rows_(after_rows) {
    Join(before_rows.roothashes, after_rows.roothashes, roothashes_);
    Join(before_rows.digests, after_rows.digests, digests_);
    JoinPairs();
  }

  Comparison Run() {
    if (!RowsAgree() || !PairsAgree()) return Found();
    const FactsSet possible = Possible(true, true);
    std::vector<Facts> done;
    for (const Facts facts : possible) {
      const bool repeats = std::any_of(done.begin(), done.end(),
                                       [&](Facts other) { return SameColumn(facts, other); });
      if (repeats) continue;
      done.push_back(facts);
      if (const Verdict verdict = ProductAgrees(facts); verdict != Verdict::Same) {
        return verdict == Verdict::Different ? Found() : Comparison{Verdict::Undecided, {}};
      }
    }
    return {};
  }

 private:
  static constexpr std::size_t kNone = SIZE_MAX;
  using Key = std::pair<std::uint32_t, std::uint32_t>;  // indices of root hash and file digest
  // One side of the product at one combination of facts: ranks in both policies.
  struct Ranks {
    RuleId before;
    RuleId after;
    std::size_t index;
  };

  FactsSet Possible(bool has_roothash, bool has_digest) const {
    return PossibleFacts(before_.policy().semantics, has_roothash, has_digest);
  }

  void Join(const std::vector<NamedDigest>& before, const std::vector<NamedDigest>& after,
            std::vector<Named>& joined) const {
    std::vector<std::uint32_t> indices(before_.policy().digests.size(), UINT32_MAX);
    joined.reserve(before.size());
    for (const NamedDigest& named : before) {
      indices[named.representative.index] = support::ToU32(joined.size());
      joined.push_back({named.representative, {}, &named, nullptr});
    }
    for (const NamedDigest& named : after) {
      const DigestId id = before_.FindDigest(after_.policy().digests.Get(named.representative));
      if (id.valid() && indices[id.index] != UINT32_MAX) {
        joined[indices[id.index]].after = &named;
        joined[indices[id.index]].after_id = named.representative;
      } else {
        joined.push_back({{}, named.representative, nullptr, &named});
      }
    }
  }

  void JoinPairs() {
    if (before_rows_.pairs.empty() && after_rows_.pairs.empty()) return;
    const auto add = [&](bool is_before, const OperationCoverage& rows) {
      const auto index_by_row = [&](const std::vector<Named>& joined, std::size_t count) {
        std::vector<std::uint32_t> indices(count);
        for (std::uint32_t i = 0; i < joined.size(); ++i) {
          const NamedDigest* named = is_before ? joined[i].before : joined[i].after;
          if (named == nullptr) continue;
          const NamedDigest* first =
              &joined == &roothashes_ ? rows.roothashes.data() : rows.digests.data();
          indices[named - first] = i;
        }
        return indices;
      };
      const auto roothash_indices = index_by_row(roothashes_, rows.roothashes.size());
      const auto digest_indices = index_by_row(digests_, rows.digests.size());
      for (const NamedPair& pair : rows.pairs) {
        Pair& joined = pairs_[{roothash_indices[pair.roothash], digest_indices[pair.digest]}];
        (is_before ? joined.before : joined.after) = &pair;
      }
    };
    add(true, before_rows_);
    add(false, after_rows_);
  }

  Deciders At(std::size_t roothash, std::size_t digest, const Pair& pair, Facts facts) const {
    const Named no_name;
    const Named& volume = roothash == kNone ? no_name : roothashes_[roothash];
    const Named& file = digest == kNone ? no_name : digests_[digest];
    return {Coverage::Decider(before_rows_, volume.before, file.before, pair.before, facts),
            Coverage::Decider(after_rows_, volume.after, file.after, pair.after, facts)};
  }

  // Whether the policies agree on one class; stores the class if they do not.
  bool Agree(std::size_t roothash, std::size_t digest, const Pair& pair, Facts facts) {
    const Deciders deciders = At(roothash, digest, pair, facts);
    if (deciders.before == agreed_.before && deciders.after == agreed_.after && any_agreed_) {
      return true;
    }
    if (!SameOutcome(deciders)) {
      different_roothash_ = roothash;
      different_digest_ = digest;
      different_facts_ = facts;
      return false;
    }
    agreed_ = deciders;
    any_agreed_ = true;
    return true;
  }

  bool AllAgree(std::size_t roothash, std::size_t digest, const Pair& pair) {
    const FactsSet possible = Possible(roothash != kNone, digest != kNone);
    return std::all_of(possible.begin(), possible.end(),
                       [&](Facts facts) { return Agree(roothash, digest, pair, facts); });
  }

  bool RowsAgree() {
    if (!AllAgree(kNone, kNone, {})) return false;
    for (std::size_t i = 0; i < roothashes_.size(); ++i) {
      if (!AllAgree(i, kNone, {})) return false;
    }
    for (std::size_t i = 0; i < digests_.size(); ++i) {
      if (!AllAgree(kNone, i, {})) return false;
    }
    return true;
  }

  bool PairsAgree() {
    return std::all_of(pairs_.begin(), pairs_.end(), [&](const auto& entry) {
      return AllAgree(entry.first.first, entry.first.second, entry.second);
    });
  }

  bool SameColumn(Facts one, Facts other) const {
    const auto same = [&](const Row& row) { return row[one] == row[other]; };
    const auto same_named = [&](const Named& named) {
      return (named.before == nullptr || same(named.before->row)) &&
             (named.after == nullptr || same(named.after->row));
    };
    return same(before_rows_.base) && same(after_rows_.base) &&
           std::all_of(roothashes_.begin(), roothashes_.end(), same_named) &&
           std::all_of(digests_.begin(), digests_.end(), same_named) &&
           std::all_of(pairs_.begin(), pairs_.end(), [&](const auto& entry) {
             return (entry.second.before == nullptr || same(entry.second.before->row)) &&
                    (entry.second.after == nullptr || same(entry.second.after->row));
           });
  }

  // The classes of a named root hash together with a named file digest, for one combination of
  // facts. The rows agree, so for a pair without a row of its own the earlier of the two rows
  // decides in either policy. The policies can differ only if the order of the two rows changed:
  // the root hash's rule came first before and the file digest's rule comes first after, or the
  // reverse. Sort the root hashes by their rank before; then one comparison with the extreme rank
  // after, among those that came first (or last), finds such a pair or proves that there is none.
  // last) finds such a pair or shows that there is none.
  Verdict ProductAgrees(Facts facts) {
    if (roothashes_.empty() || digests_.empty()) return Verdict::Same;
    if (keeps_ == Keeps::Audit) return Inversions(facts, std::nullopt, std::nullopt);
    // The order of two rows with the same action does not matter.
    const Verdict verdict = Inversions(facts, Action::Allow, Action::Deny);
    return verdict == Verdict::Same ? Inversions(facts, Action::Deny, Action::Allow) : verdict;
  }

  Verdict Inversions(Facts facts, std::optional<Action> roothash_action,
                     std::optional<Action> digest_action) {
    const auto collect = [&](std::size_t count, bool is_roothash, std::optional<Action> action) {
      std::vector<Ranks> ranks;
      for (std::size_t i = 0; i < count; ++i) {
        const Deciders deciders = is_roothash ? At(i, kNone, {}, facts) : At(kNone, i, {}, facts);
        if (action && ActionOf(before_.policy(), deciders.before) != *action) continue;
        ranks.push_back({deciders.before, deciders.after, i});
      }
      return ranks;
    };
    std::vector<Ranks> roothashes = collect(roothashes_.size(), true, roothash_action);
    const std::vector<Ranks> digests = collect(digests_.size(), false, digest_action);
    if (roothashes.empty() || digests.empty()) return Verdict::Same;
    std::sort(roothashes.begin(), roothashes.end(),
              [](const Ranks& a, const Ranks& b) { return a.before < b.before; });

    // latest[k]: of the first k+1, the one with the highest rank after; earliest[k]: of those from
    // k on, the one with the lowest rank after.
    const auto later = [](const Ranks& a, const Ranks& b) { return a.after < b.after ? b : a; };
    const auto earlier = [](const Ranks& a, const Ranks& b) { return b.after < a.after ? b : a; };
    std::vector<Ranks> latest = roothashes;
    std::vector<Ranks> earliest = roothashes;
    for (std::size_t k = 1; k < latest.size(); ++k) latest[k] = later(latest[k - 1], latest[k]);
    for (std::size_t k = earliest.size() - 1; k-- > 0;) {
      earliest[k] = earlier(earliest[k], earliest[k + 1]);
    }
    bool masked = false;
    for (const Ranks& digest : digests) {
      const auto [equal, above] =
          std::equal_range(roothashes.begin(), roothashes.end(), digest,
                           [](const Ranks& a, const Ranks& b) { return a.before < b.before; });
      const std::size_t before_count = support::ToSize(equal - roothashes.begin());
      const std::size_t after_start = support::ToSize(above - roothashes.begin());
      if (before_count > 0 && latest[before_count - 1].after >= digest.after) {
        if (!AgreeOnPair(latest[before_count - 1].index, digest.index, facts)) {
          return Verdict::Different;
        }
        masked = true;
      }
      if (after_start < earliest.size() && earliest[after_start].after <= digest.after) {
        if (!AgreeOnPair(earliest[after_start].index, digest.index, facts)) {
          return Verdict::Different;
        }
        masked = true;
      }
    }
    // The pair that was found has a row of its own, which hides the change; other pairs may not.
    return masked ? EveryPair(roothashes, digests, facts) : Verdict::Same;
  }

  bool AgreeOnPair(std::size_t roothash, std::size_t digest, Facts facts) {
    const auto pair = pairs_.find({support::ToU32(roothash), support::ToU32(digest)});
    return Agree(roothash, digest, pair == pairs_.end() ? Pair{} : pair->second, facts);
  }

  Verdict EveryPair(const std::vector<Ranks>& roothashes, const std::vector<Ranks>& digests,
                    Facts facts) {
    if (roothashes.size() > kMostClasses / digests.size()) return Verdict::Undecided;
    for (const Ranks& roothash : roothashes) {
      for (const Ranks& digest : digests) {
        if (!AgreeOnPair(roothash.index, digest.index, facts)) return Verdict::Different;
      }
    }
    return Verdict::Same;
  }

  Action ActionOf(const Policy& policy, RuleId rule) const {
    if (rule.valid()) return policy[rule].action;
    if (const auto& own = policy.DefaultOf(before_rows_.operation)) return own->action;
    return policy.global_default ? policy.global_default->action : Action::Allow;
  }

  bool SameOutcome(const Deciders& deciders) const {
    const Policy& before = before_.policy();
    const Policy& after = after_.policy();
    if (ActionOf(before, deciders.before) != ActionOf(after, deciders.after)) return false;
    if (keeps_ == Keeps::Decision) return true;
    if (deciders.before.valid() != deciders.after.valid()) return false;
    if (!deciders.before.valid()) {
      return before.DefaultOf(before_rows_.operation).has_value() ==
             after.DefaultOf(after_rows_.operation).has_value();
    }
    const auto before_conditions = before.ConditionsOf(before[deciders.before]);
    const auto after_conditions = after.ConditionsOf(after[deciders.after]);
    return std::equal(before_conditions.begin(), before_conditions.end(), after_conditions.begin(),
                      after_conditions.end(), [&](const Condition& a, const Condition& b) {
                        if (a.property != b.property) return false;
                        if (Kind(a.property) == runtime::PropertyKind::Boolean) {
                          return a.expected == b.expected;
                        }
                        return SameDigest(before.semantics, before.digests.Get(a.digest),
                                          after.digests.Get(b.digest));
                      });
  }

  Comparison Found() const {
    Comparison found{Verdict::Different, Witness{}};
    found.witness->operation = before_rows_.operation;
    found.witness->facts = different_facts_;
    if (different_roothash_ != kNone) {
      found.witness->roothash = Own(roothashes_[different_roothash_]);
    }
    if (different_digest_ != kNone) found.witness->digest = Own(digests_[different_digest_]);
    return found;
  }

  OwnedDigest Own(const Named& named) const {
    return named.before_id.valid() ? CopyDigest(before_.policy(), named.before_id)
                                   : CopyDigest(after_.policy(), named.after_id);
  }

  const Keeps keeps_;
  const Coverage& before_;
  const Coverage& after_;
  const OperationCoverage& before_rows_;
  const OperationCoverage& after_rows_;
  std::vector<Named> roothashes_;
  std::vector<Named> digests_;
  // In order of first mention: the first difference is the same in every run.
  llvm::MapVector<Key, Pair, llvm::DenseMap<Key, unsigned, support::KeyedNumbers<Key>>> pairs_;
  // The last deciders that agreed: neighboring cells are usually equal.
  Deciders agreed_;
  bool any_agreed_ = false;
  std::size_t different_roothash_ = kNone;
  std::size_t different_digest_ = kNone;
  Facts different_facts_ = 0;
};

// Operations that the kernel has no name for: the global default decides, or else ALLOW; their
// records do not differ.
bool UnknownOperationsAgree(const Policy& before, const Policy& after) {
  const auto action = [](const Policy& policy) {
    return policy.global_default ? policy.global_default->action : Action::Allow;
  };
  return action(before) == action(after);
}

}  // namespace

Comparison Compare(Keeps keeps, const Coverage& before, const Coverage& after) {
  IPEC_CHECK(before.policy().semantics == after.policy().semantics,
             "policies of two dialects compared");
  if (!UnknownOperationsAgree(before.policy(), after.policy())) {
    Comparison found{Verdict::Different, Witness{}};
    found.witness->operation = Operation::Unknown;
    return found;
  }
  for (std::size_t i = 0; i < before.operations().size(); ++i) {
    Comparison comparison =
        OperationComparison(keeps, before, after, before.operations()[i], after.operations()[i])
            .Run();
    if (comparison.verdict != Verdict::Same) return comparison;
  }
  return {};
}

}  // namespace ipec::analysis
