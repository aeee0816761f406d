#pragma once

// Which rule decides which event: computed once for everyone who asks. The optimizer removes what
// never decides, the linter reports it, the table stores it, hover explains it.
//
// The idea. Events of one operation fall into finitely many classes: which of the root hashes named
// by the policy's rules the volume has (or another one, or none), the same for the file's digest,
// and the boolean facts. A rule names at most one root hash and at most one file digest (else it
// contradicts itself and never decides). So the rule that decides is the first, in file order,
// among
//   base[facts]                     rules that name no digest
//   roothash row of the event       rules that name this root hash only
//   digest row of the event         rules that name this file digest only
//   pair row of the event           rules that name both
// and memory is linear in the number of rules, though the classes multiply.
//
// Rows are cleaned: a cell of a digest's row is set only if it comes before the base cell of the
// same facts, and a cell of a pair's row only if it comes before all three others. So every rule
// that stands in a row decides some event of the domain, unless the domain excludes it (below).
//
// The domain. Rows hold for every event, also for those no kernel can produce. What a kernel can
// produce is smaller, and PossibleFacts says which cells of which row it can reach:
//   a verified fs-verity signature, and an fs-verity digest, need fs-verity on;
//   where boot_verified asks for the initramfs it excludes a dm-verity volume, signed or not.
// A signed dm-verity volume has a root hash, perhaps one that no rule names: then the base decides.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/policy/policy.h"
#include "ipec/runtime/event.h"

namespace ipec::analysis {

using policy::DigestId;
using policy::RuleId;
using runtime::Facts;
using runtime::Operation;

// For each combination of facts the first rule that holds, or an invalid id.
using Row = std::array<RuleId, runtime::kFactsCount>;

// A set of combinations of facts: bit f stands for the combination f.
using FactsSet = std::uint16_t;
constexpr bool Contains(FactsSet set, unsigned facts) {
  return (set >> facts & 1U) != 0;
}

// The combinations of facts a kernel can produce for an event of the given kind.
FactsSet PossibleFacts(const policy::Semantics& semantics, bool has_roothash, bool has_digest);

// What a rule asks of an event, conditions taken together.
struct Demand {
  FactsSet facts = UINT16_MAX;  // combinations for which the boolean conditions hold
  DigestId roothash;            // representative of the one it names; invalid: none
  DigestId digest;
  bool two_roothashes = false;  // names two different ones, so it never holds
  bool two_digests = false;

  bool contradictory() const { return facts == 0 || two_roothashes || two_digests; }
};

// A digest that rules of one operation name, one for all DigestIds that are the same by the
// policy's semantics (`representative` is the first of them in the policy's store).
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

  // One for each operation the policy's dialect knows, in order of number.
  const std::vector<OperationCoverage>& operations() const { return operations_; }

  // The first DigestId of the policy's store that is the same digest as `id`.
  DigestId Representative(DigestId id) const { return representatives_[id.index]; }

  // The representative of the policy's digest that is the same as `digest`; invalid: it has none.
  DigestId FindDigest(const runtime::Digest& digest) const;

  Demand DemandOf(const policy::Rule& rule) const { return DemandOf(policy_.ConditionsOf(rule)); }
  Demand DemandOf(std::span<const policy::Condition> conditions) const;

  // Where the rule competes: an index into the operation's roothashes, digests or pairs, as the
  // rule names a root hash, a file digest or both; 0 if it names none. Meaningless for a rule that
  // contradicts itself.
  std::uint32_t RowOf(RuleId rule) const { return rows_[rule.index]; }

  // Null when the policy's dialect does not know the operation.
  const OperationCoverage* Find(Operation operation) const;

  // The rule that decides events of this class; invalid when a default does. Null rows: no digest
  // that a rule names.
  static RuleId Decider(const OperationCoverage& operation, const NamedDigest* roothash,
                        const NamedDigest* digest, const NamedPair* pair, Facts facts);

 private:
  // A hash table with open addressing, at most half full, of the policy's different digests.
  struct Slot {
    std::uint64_t hash = 0;
    DigestId id;
  };

  std::uint64_t HashOf(const runtime::Digest& digest) const;
  // The slot that holds `digest` or, if none does, the empty one where it belongs.
  std::size_t SlotOf(const runtime::Digest& digest, std::uint64_t hash) const;
  void FindRepresentatives();
  void Cover(OperationCoverage& coverage, const std::vector<RuleId>& rules);

  const policy::Policy& policy_;
  std::vector<Slot> slots_;
  std::vector<DigestId> representatives_;
  std::vector<std::uint32_t> rows_;  // by rule
  std::vector<OperationCoverage> operations_;
  // Scratch, all UINT32_MAX between operations: the index of a named digest by representative.
  std::vector<std::uint32_t> roothash_indices_;
  std::vector<std::uint32_t> digest_indices_;
};

}  // namespace ipec::analysis
