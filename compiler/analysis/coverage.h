#pragma once

// Which rule decides which event, computed once for all clients. The optimizer removes rules that
// never decide, the linter reports them, the table stores this, and hover explains it.
//
// The idea. The events of one operation fall into finitely many classes: by the root hash of the
// volume (one of those that rules name, another one, or none), by the digest of the file in the
// same way, and by the boolean facts. A rule names at most one root hash and at most one file
// digest (with two it contradicts itself and never decides). So the rule that decides is the first,
// in file order, among
//   base[facts]                     rules that name no digest
//   roothash row of the event       rules that name only this root hash
//   digest row of the event         rules that name only this file digest
//   pair row of the event           rules that name both
// Memory is linear in the number of rules, although the number of classes is a product.
//
// Rows are cleaned: a cell of a digest's row is set only if its rule precedes that of the base cell
// for the same facts, and a cell of a pair's row only if its rule precedes the other three. So
// every rule in a row decides some event of the domain, unless the domain excludes it (below).
//
// The domain. Rows cover every event, including those that no kernel can produce. PossibleFacts
// says which cells of which row a kernel can reach:
//   a verified fs-verity signature and an fs-verity digest require fs-verity;
//   if boot_verified requires the initramfs, it excludes a dm-verity volume, signed or not.
// A signed dm-verity volume has a root hash. If no rule names it, the base decides.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/analysis/facts_set.h"
#include "compiler/policy/policy.h"
#include "ipec/runtime/event.h"

namespace ipec::analysis {

using policy::DigestId;
using policy::RuleId;
using runtime::Operation;

// For each combination of facts, the first rule that matches, or an invalid id.
using Row = std::array<RuleId, runtime::kFactsCount>;

// The combinations of facts that a kernel can produce for an event of the given kind.
FactsSet PossibleFacts(const policy::Semantics& semantics, bool has_roothash, bool has_digest);

// Whether the same events can occur on both kernels, and digests are equal on both or on neither:
// only then can policies for them be compared. Rules may mean different things on the two.
bool SameEvents(const policy::Semantics& a, const policy::Semantics& b);

// The requirements of a rule for an event: all of its conditions combined.
struct Demand {
  FactsSet facts = FactsSet::All();  // combinations that match the boolean conditions
  DigestId roothash;                 // representative of the root hash that it names; invalid: none
  DigestId digest;
  bool two_roothashes = false;  // names two different ones, so it never matches
  bool two_digests = false;
  bool missing_property = false;  // tests a property that the kernel was built without

  bool contradictory() const {
    return facts.empty() || two_roothashes || two_digests || missing_property;
  }
};

// A digest that rules of one operation name. There is one for all DigestIds that are equal under
// the policy's semantics (`representative` is the first of them in the policy's store).
struct NamedDigest {
  DigestId representative;
  Row row;
};

struct NamedPair {
  std::uint32_t roothash;  // index into OperationCoverage::roothashes
  std::uint32_t digest;    // index into OperationCoverage::digests
  Row row;
};

struct OperationCoverage {
  Operation operation = Operation::Execute;
  Row base;
  std::vector<NamedDigest> roothashes;  // in order of first mention
  std::vector<NamedDigest> digests;
  std::vector<NamedPair> pairs;
};

class Coverage {
 public:
  // Linear in the policy; keeps a reference, so `policy` must outlive it.
  explicit Coverage(const policy::Policy& policy);

  const policy::Policy& policy() const { return policy_; }

  // One for each operation of the policy's dialect, ordered by number.
  const std::vector<OperationCoverage>& operations() const { return operations_; }

  // The first DigestId in the policy's store that is equal to `id`.
  DigestId Representative(DigestId id) const { return representatives_[id.index]; }

  // The representative of the policy's digest that is equal to `digest`; invalid if there is none.
  DigestId FindDigest(const runtime::Digest& digest) const;
  // The same of many digests in the store of another policy. `ids` are theirs.
  std::vector<DigestId> FindDigests(const policy::DigestStore& digests,
                                    std::span<const DigestId> ids) const;

  Demand DemandOf(const policy::Rule& rule) const { return DemandOf(policy_.ConditionsOf(rule)); }
  Demand DemandOf(std::span<const policy::Condition> conditions) const;

  // The row of the rule: an index into the operation's roothashes, digests or pairs, depending on
  // whether the rule names a root hash, a file digest or both; 0 if it names none. Meaningless for
  // a rule that contradicts itself.
  std::uint32_t RowOf(RuleId rule) const { return rows_[rule.index]; }

  // Null if the policy's dialect does not have the operation.
  const OperationCoverage* Find(Operation operation) const;

  // The rule that decides events of this class; invalid if a default does. A null row means a
  // digest that no rule names, or none.
  static RuleId Decider(const OperationCoverage& operation, const NamedDigest* roothash,
                        const NamedDigest* digest, const NamedPair* pair, Facts facts);

 private:
  // A hash table with open addressing, at most half full, of the distinct digests of the policy.
  struct Slot {
    std::uint32_t hash = 0;  // its upper half
    DigestId id;
  };

  std::uint64_t HashOf(const runtime::Digest& digest) const;
  // The slot that holds `digest`, or the empty slot for it.
  std::size_t SlotOf(const runtime::Digest& digest, std::uint64_t hash) const;
  // Calls `visit` with each digest of `ids` and its hash, in order. The slots are fetched ahead:
  // they are all over a table that is larger than the caches.
  template <typename Visit>
  void ForEachHashed(const policy::DigestStore& digests, std::span<const DigestId> ids,
                     const Visit& visit) const;
  void FindRepresentatives();
  void Cover(OperationCoverage& coverage, const std::vector<RuleId>& rules);

  const policy::Policy& policy_;
  std::vector<Slot> slots_;
  std::vector<DigestId> representatives_;
  std::vector<std::uint32_t> rows_;  // by rule
  std::vector<OperationCoverage> operations_;
  // Scratch space, all UINT32_MAX between operations: index of a named digest by representative.
  std::vector<std::uint32_t> roothash_indices_;
  std::vector<std::uint32_t> digest_indices_;
};

}  // namespace ipec::analysis
