#pragma once

// The rows of one operation in two policies, for kernels with the same events, joined by digest:
// the common part of comparing two policies.
//
// A class of events is a root hash, a file digest and facts. A root hash or digest is an index into
// `roothashes()` or `digests()`, or kNone: a digest that neither policy names, or none.

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/analysis/compare.h"
#include "compiler/support/keyed_hash.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

namespace ipec::analysis {

// A digest that at least one of the policies names, with its row in each (null: not named there).
struct JoinedDigest {
  const NamedDigest* before = nullptr;
  const NamedDigest* after = nullptr;
};

struct JoinedPair {
  const NamedPair* before = nullptr;
  const NamedPair* after = nullptr;
};

// The rule that decides in each policy; an invalid id means the default.
struct Deciders {
  RuleId before;
  RuleId after;
  friend bool operator==(const Deciders&, const Deciders&) = default;
};

class JoinedRows {
 public:
  static constexpr std::size_t kNone = SIZE_MAX;
  // Indices of a root hash and of a file digest.
  using Key = std::pair<std::uint32_t, std::uint32_t>;
  // In order of first mention: results are the same in every run.
  using Pairs =
      llvm::MapVector<Key, JoinedPair, llvm::DenseMap<Key, unsigned, support::KeyedNumbers<Key>>>;

  // Keeps references to all arguments.
  JoinedRows(const Coverage& before, const Coverage& after, const OperationCoverage& before_rows,
             const OperationCoverage& after_rows);

  Operation operation() const { return before_rows_.operation; }
  const std::vector<JoinedDigest>& roothashes() const { return roothashes_; }
  const std::vector<JoinedDigest>& digests() const { return digests_; }
  const Pairs& pairs() const { return pairs_; }

  FactsSet Possible(bool has_roothash, bool has_digest) const {
    return PossibleFacts(before_.policy().semantics, has_roothash, has_digest);
  }

  // Of the class without the row of its pair.
  Deciders AtRows(std::size_t roothash, std::size_t digest, Facts facts) const {
    return At(roothash, digest, {}, facts);
  }
  Deciders At(std::size_t roothash, std::size_t digest, const JoinedPair& pair, Facts facts) const;
  Deciders At(std::size_t roothash, std::size_t digest, Facts facts) const;
  bool IsPair(std::size_t roothash, std::size_t digest) const;

  // Whether all rows have the same deciders for both combinations of facts.
  bool SameColumn(Facts one, Facts other) const;

  // The action of a statement; an invalid rule is the DEFAULT.
  policy::Action ActionBefore(RuleId rule) const { return ActionOf(before_.policy(), rule); }
  policy::Action ActionAfter(RuleId rule) const { return ActionOf(after_.policy(), rule); }
  // Whether events are decided and, with Keeps::Audit, recorded alike.
  bool SameOutcome(Keeps keeps, const Deciders& deciders) const;

  Witness WitnessAt(std::size_t roothash, std::size_t digest, Facts facts) const;

 private:
  SharedDigest Own(const JoinedDigest& named) const;
  void Join(const std::vector<NamedDigest>& before, const std::vector<NamedDigest>& after,
            std::vector<JoinedDigest>& joined) const;
  void JoinPairs(bool is_before, const OperationCoverage& rows);
  policy::Action ActionOf(const policy::Policy& policy, RuleId rule) const;

  const Coverage& before_;
  const Coverage& after_;
  const OperationCoverage& before_rows_;
  const OperationCoverage& after_rows_;
  std::vector<JoinedDigest> roothashes_;
  std::vector<JoinedDigest> digests_;
  Pairs pairs_;
};

}  // namespace ipec::analysis
