#include "compiler/analysis/joined_rows.h"

#include <algorithm>

#include "compiler/support/numbers.h"

namespace ipec::analysis {

using policy::Action;
using policy::Condition;
using policy::Policy;

JoinedRows::JoinedRows(const Coverage& before, const Coverage& after,
                       const OperationCoverage& before_rows, const OperationCoverage& after_rows)
    : before_(before), after_(after), before_rows_(before_rows), after_rows_(after_rows) {
  Join(before_rows.roothashes, after_rows.roothashes, roothashes_);
  Join(before_rows.digests, after_rows.digests, digests_);
  if (before_rows.pairs.empty() && after_rows.pairs.empty()) return;
  JoinPairs(/*is_before=*/true, before_rows);
  JoinPairs(/*is_before=*/false, after_rows);
}

void JoinedRows::Join(const std::vector<NamedDigest>& before, const std::vector<NamedDigest>& after,
                      std::vector<JoinedDigest>& joined) const {
  std::vector<std::uint32_t> indices(before_.policy().digests.size(), UINT32_MAX);
  // Unused parts of it are never touched.
  joined.reserve(before.size() + after.size());
  for (const NamedDigest& named : before) {
    indices[named.representative.index] = support::ToU32(joined.size());
    joined.push_back({&named, nullptr});
  }
  std::vector<DigestId> after_ids;
  after_ids.reserve(after.size());
  for (const NamedDigest& named : after) after_ids.push_back(named.representative);
  const std::vector<DigestId> found = before.empty()
                                          ? std::vector<DigestId>(after.size())
                                          : before_.FindDigests(after_.policy().digests, after_ids);
  for (std::size_t i = 0; i < after.size(); ++i) {
    const NamedDigest& named = after[i];
    const DigestId id = found[i];
    if (id.valid() && indices[id.index] != UINT32_MAX) {
      joined[indices[id.index]].after = &named;
    } else {
      joined.push_back({nullptr, &named});
    }
  }
}

void JoinedRows::JoinPairs(bool is_before, const OperationCoverage& rows) {
  const auto index_by_row = [&](const std::vector<JoinedDigest>& joined,
                                const std::vector<NamedDigest>& named) {
    std::vector<std::uint32_t> indices(named.size());
    for (std::uint32_t i = 0; i < joined.size(); ++i) {
      const NamedDigest* const own = is_before ? joined[i].before : joined[i].after;
      if (own != nullptr) indices[own - named.data()] = i;
    }
    return indices;
  };
  const auto roothash_indices = index_by_row(roothashes_, rows.roothashes);
  const auto digest_indices = index_by_row(digests_, rows.digests);
  for (const NamedPair& pair : rows.pairs) {
    JoinedPair& joined = pairs_[{roothash_indices[pair.roothash], digest_indices[pair.digest]}];
    (is_before ? joined.before : joined.after) = &pair;
  }
}

Deciders JoinedRows::At(std::size_t roothash, std::size_t digest, const JoinedPair& pair,
                        Facts facts) const {
  const JoinedDigest no_name;
  const JoinedDigest& volume = roothash == kNone ? no_name : roothashes_[roothash];
  const JoinedDigest& file = digest == kNone ? no_name : digests_[digest];
  return {Coverage::Decider(before_rows_, volume.before, file.before, pair.before, facts),
          Coverage::Decider(after_rows_, volume.after, file.after, pair.after, facts)};
}

Deciders JoinedRows::At(std::size_t roothash, std::size_t digest, Facts facts) const {
  if (roothash == kNone || digest == kNone) return At(roothash, digest, {}, facts);
  const auto pair = pairs_.find({support::ToU32(roothash), support::ToU32(digest)});
  return At(roothash, digest, pair == pairs_.end() ? JoinedPair{} : pair->second, facts);
}

bool JoinedRows::IsPair(std::size_t roothash, std::size_t digest) const {
  return pairs_.count({support::ToU32(roothash), support::ToU32(digest)}) != 0;
}

bool JoinedRows::SameColumn(Facts one, Facts other) const {
  const auto same = [&](const Row& row) { return row[one] == row[other]; };
  const auto same_named = [&](const JoinedDigest& named) {
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

Action JoinedRows::ActionOf(const Policy& policy, RuleId rule) const {
  if (rule.valid()) return policy[rule].action;
  const policy::Default* const decides = policy.DefaultFor(before_rows_.operation);
  return decides == nullptr ? Action::Allow : decides->action;
}

bool JoinedRows::SameOutcome(Keeps keeps, const Deciders& deciders) const {
  const Policy& before = before_.policy();
  const Policy& after = after_.policy();
  if (ActionOf(before, deciders.before) != ActionOf(after, deciders.after)) return false;
  if (keeps == Keeps::Decision) return true;
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

Witness JoinedRows::WitnessAt(std::size_t roothash, std::size_t digest, Facts facts) const {
  Witness witness;
  witness.operation = before_rows_.operation;
  witness.facts = facts;
  if (roothash != kNone) witness.roothash = Own(roothashes_[roothash]);
  if (digest != kNone) witness.digest = Own(digests_[digest]);
  return witness;
}

SharedDigest JoinedRows::Own(const JoinedDigest& named) const {
  return named.before != nullptr ? ShareDigest(before_.policy(), named.before->representative)
                                 : ShareDigest(after_.policy(), named.after->representative);
}

}  // namespace ipec::analysis
