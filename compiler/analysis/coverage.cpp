#include "compiler/analysis/coverage.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "compiler/support/keyed_hash.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/DenseMap.h"

namespace ipec::analysis {
namespace {

using policy::Policy;
using runtime::kBootVerified;
using runtime::kDmveritySigned;
using runtime::kFsverityOn;
using runtime::kFsveritySigned;

// The combinations for which a property that tests this one of the facts has the expected value.
constexpr FactsSet Matching(Facts fact, bool expected) {
  return expected ? FactsSet::WithAllOf(fact) : FactsSet::WithNoneOf(fact);
}

FactsSet FactsMatching(const policy::Semantics& semantics, const policy::Condition& condition) {
  switch (condition.property) {
    case policy::Property::BootVerified:
      return Matching(kBootVerified, condition.expected);
    case policy::Property::DmveritySignature:
      return Matching(kDmveritySigned, condition.expected);
    case policy::Property::FsveritySignature: {
      const FactsSet set = Matching(kFsveritySigned, condition.expected);
      return semantics.fsverity_signature_needs_fsverity ? set & FactsSet::WithAllOf(kFsverityOn)
                                                         : set;
    }
    case policy::Property::DmverityRoothash:
    case policy::Property::FsverityDigest:
      break;
  }
  return FactsSet::All();
}

Row EmptyRow() {
  return {};
}

// Rules come in file order: the first rule that matches a cell gets it.
void Fill(Row& row, FactsSet set, RuleId rule) {
  for (const Facts facts : set) {
    if (!row[facts].valid()) row[facts] = rule;
  }
}

// Clears the cells of `row` whose rules follow those of `earlier`. An invalid id follows all rules.
void Clean(Row& row, const Row& earlier) {
  for (const Facts facts : FactsSet::All()) {
    if (row[facts] > earlier[facts]) row[facts] = {};
  }
}

std::uint32_t UpperHalf(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash >> 32U);
}

std::uint32_t IndexOf(DigestId representative, std::vector<std::uint32_t>& indices,
                      std::vector<NamedDigest>& named) {
  std::uint32_t& index = indices[representative.index];
  if (index == UINT32_MAX) {
    index = support::ToU32(named.size());
    named.push_back({representative, EmptyRow()});
  }
  return index;
}

}  // namespace

FactsSet PossibleFacts(const policy::Semantics& semantics, bool has_roothash, bool has_digest) {
  FactsSet set = FactsSet::WithNoneOf(kFsveritySigned) | FactsSet::WithAllOf(kFsverityOn);
  if (semantics.boot_verified_excludes_dmverity) {
    set &= ~FactsSet::WithAllOf(has_roothash ? kBootVerified : kBootVerified | kDmveritySigned);
  }
  if (has_digest) set &= FactsSet::WithAllOf(kFsverityOn);
  return set;
}

bool SameEvents(const policy::Semantics& a, const policy::Semantics& b) {
  return a.operations == b.operations && a.bare_digests == b.bare_digests &&
         a.boot_verified_excludes_dmverity == b.boot_verified_excludes_dmverity;
}

Coverage::Coverage(const Policy& policy) : policy_(policy) {
  FindRepresentatives();

  policy::OperationMap<std::vector<RuleId>> rules_of;
  for (const RuleId id : policy.rule_ids()) rules_of[policy[id].operation].push_back(id);
  rows_.resize(policy.rules.size());
  roothash_indices_.assign(policy.digests.size(), UINT32_MAX);
  digest_indices_.assign(policy.digests.size(), UINT32_MAX);
  for (const Operation operation : policy.semantics.operations) {
    OperationCoverage& coverage = operations_.emplace_back();
    coverage.operation = operation;
    coverage.base = EmptyRow();
    Cover(coverage, rules_of[operation]);
  }
}

std::uint64_t Coverage::HashOf(const runtime::Digest& digest) const {
  const std::uint64_t hash =
      support::KeyedHash({reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()});
  if (policy_.semantics.bare_digests) return hash;
  return hash ^ std::rotl(support::KeyedHash(digest.algorithm), 1);
}

std::size_t Coverage::SlotOf(const runtime::Digest& digest, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].id.valid() &&
         (slots_[at].hash != UpperHalf(hash) ||
          !SameDigest(policy_.semantics, digest, policy_.digests.Get(slots_[at].id)))) {
    at = (at + 1) & mask;
  }
  return at;
}

template <typename Visit>
void Coverage::ForEachHashed(const policy::DigestStore& digests, std::span<const DigestId> ids,
                             const Visit& visit) const {
  constexpr std::size_t kAhead = 16;
  std::array<std::uint64_t, kAhead> hashes;
  for (std::size_t i = 0; i < ids.size() + kAhead; ++i) {
    std::uint64_t& place = hashes[i % kAhead];
    if (i >= kAhead) visit(ids[i - kAhead], place);
    if (i >= ids.size()) continue;
    place = HashOf(digests.Get(ids[i]));
    __builtin_prefetch(&slots_[place & (slots_.size() - 1)]);
  }
}

void Coverage::FindRepresentatives() {
  const policy::DigestStore& digests = policy_.digests;
  representatives_.resize(digests.size());
  slots_.resize(std::bit_ceil(std::size_t{digests.size()} * 2 + 1));
  std::vector<DigestId> all(digests.size());
  for (std::uint32_t i = 0; i < digests.size(); ++i) all[i] = {i};
  ForEachHashed(digests, all, [&](DigestId id, std::uint64_t hash) {
    Slot& slot = slots_[SlotOf(digests.Get(id), hash)];
    if (!slot.id.valid()) slot = {UpperHalf(hash), id};
    representatives_[id.index] = slot.id;
  });
}

DigestId Coverage::FindDigest(const runtime::Digest& digest) const {
  return slots_[SlotOf(digest, HashOf(digest))].id;
}

std::vector<DigestId> Coverage::FindDigests(const policy::DigestStore& digests,
                                            std::span<const DigestId> ids) const {
  std::vector<DigestId> found;
  found.reserve(ids.size());
  ForEachHashed(digests, ids, [&](DigestId id, std::uint64_t hash) {
    found.push_back(slots_[SlotOf(digests.Get(id), hash)].id);
  });
  return found;
}

Demand Coverage::DemandOf(std::span<const policy::Condition> conditions) const {
  Demand demand;
  for (const policy::Condition& condition : conditions) {
    demand.missing_property |= policy_.semantics.missing.Contains(condition.property);
    const bool is_roothash = condition.property == policy::Property::DmverityRoothash;
    if (Kind(condition.property) == runtime::PropertyKind::Boolean) {
      demand.facts &= FactsMatching(policy_.semantics, condition);
      continue;
    }
    const DigestId named = Representative(condition.digest);
    DigestId& before = is_roothash ? demand.roothash : demand.digest;
    if (before.valid() && before != named) {
      (is_roothash ? demand.two_roothashes : demand.two_digests) = true;
    }
    before = named;
  }
  return demand;
}

const OperationCoverage* Coverage::Find(Operation operation) const {
  const auto found = std::find_if(
      operations_.begin(), operations_.end(),
      [&](const OperationCoverage& candidate) { return candidate.operation == operation; });
  return found == operations_.end() ? nullptr : &*found;
}

RuleId Coverage::Decider(const OperationCoverage& operation, const NamedDigest* roothash,
                         const NamedDigest* digest, const NamedPair* pair, Facts facts) {
  RuleId decider = operation.base[facts];
  if (roothash != nullptr) decider = std::min(decider, roothash->row[facts]);
  if (digest != nullptr) decider = std::min(decider, digest->row[facts]);
  if (pair != nullptr) decider = std::min(decider, pair->row[facts]);
  return decider;
}

void Coverage::Cover(OperationCoverage& coverage, const std::vector<RuleId>& rules) {
  // Only reserves memory: unused parts of it are never touched.
  const std::size_t most = std::min<std::size_t>(rules.size(), policy_.digests.size());
  coverage.roothashes.reserve(most);
  coverage.digests.reserve(most);
  using Pair = std::pair<std::uint32_t, std::uint32_t>;
  llvm::DenseMap<Pair, std::uint32_t, support::KeyedNumbers<Pair>> pair_indices;
  for (const RuleId id : rules) {
    const Demand demand = DemandOf(policy_[id]);
    if (demand.contradictory()) continue;
    if (!demand.roothash.valid() && !demand.digest.valid()) {
      Fill(coverage.base, demand.facts, id);
    } else if (!demand.digest.valid()) {
      const auto at = IndexOf(demand.roothash, roothash_indices_, coverage.roothashes);
      Fill(coverage.roothashes[at].row, demand.facts, id);
      rows_[id.index] = at;
    } else if (!demand.roothash.valid()) {
      const auto at = IndexOf(demand.digest, digest_indices_, coverage.digests);
      Fill(coverage.digests[at].row, demand.facts, id);
      rows_[id.index] = at;
    } else {
      const auto roothash = IndexOf(demand.roothash, roothash_indices_, coverage.roothashes);
      const auto digest = IndexOf(demand.digest, digest_indices_, coverage.digests);
      const auto [at, inserted] =
          pair_indices.try_emplace({roothash, digest}, support::ToU32(coverage.pairs.size()));
      if (inserted) coverage.pairs.push_back({roothash, digest, EmptyRow()});
      Fill(coverage.pairs[at->second].row, demand.facts, id);
      rows_[id.index] = at->second;
    }
  }
  for (NamedDigest& named : coverage.roothashes) {
    Clean(named.row, coverage.base);
    roothash_indices_[named.representative.index] = UINT32_MAX;
  }
  for (NamedDigest& named : coverage.digests) {
    Clean(named.row, coverage.base);
    digest_indices_[named.representative.index] = UINT32_MAX;
  }
  for (NamedPair& pair : coverage.pairs) {
    Clean(pair.row, coverage.base);
    Clean(pair.row, coverage.roothashes[pair.roothash].row);
    Clean(pair.row, coverage.digests[pair.digest].row);
  }
}

}  // namespace ipec::analysis
