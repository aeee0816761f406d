#pragma once

// All cases that two policies decide or record differently, by the pair of statements that decide.
//
// A case is a class of events that the rules of either policy can distinguish: an operation, a root
// hash (one that a rule names, or none of them), the digest of a file in the same way, and the
// facts. Only cases that a kernel can produce are counted (see coverage.h).

#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/analysis/case_group.h"
#include "compiler/analysis/compare.h"
#include "compiler/analysis/witness.h"
#include "compiler/support/enum_set.h"

namespace ipec::analysis {

// The cases that one statement decides before and another one after. The named digests are those of
// either policy.
struct Difference : CaseGroup {
  enum class Kind : std::uint8_t {
    Looser,   // denied before, allowed after
    Tighter,  // allowed before, denied after
    Records,  // decided alike, but records differ: another rule text, or a DEFAULT
  };

  Kind kind = Kind::Records;
  RuleId before;  // invalid: a DEFAULT
  RuleId after;
  Witness witness;  // one of its cases
};

// All of them.
struct Differences {
  // In the order of operations, and of the first case found.
  std::vector<Difference> groups;
  // Cases without a group: only where the product of root hashes and file digests has more than
  // most_crossings of them.
  std::uint64_t more_looser = 0;
  std::uint64_t more_tighter = 0;
  std::uint64_t more_records = 0;

  bool empty() const { return groups.empty(); }
};

struct DifferenceOptions {
  policy::OperationSet only = {};  // empty: all operations
  // The number of cases of a root hash with a file digest whose rows changed their order that get
  // groups of their own.
  std::size_t most_crossings = std::size_t{1} << 16U;
  Keeps keeps = Keeps::Audit;  // Decision: without differences in records alone
};

// All of them in little memory, because two large policies have many. Refers to both policies.
class DifferenceList {
 public:
  // O(n log n) in the number of rules. The same events must be possible on the kernels of both
  // policies (SameEvents); properties that only one of them was built without are differences.
  DifferenceList(const Coverage& before, const Coverage& after,
                 const DifferenceOptions& options = {});

  // In the order of Differences::groups.
  std::size_t size() const { return groups_.size(); }
  Difference::Kind KindOf(std::size_t number) const { return groups_[number].kind; }
  Difference operator[](std::size_t number) const;
  // Cases without a group; see Differences.
  std::uint64_t More(Difference::Kind kind) const { return more_[kind]; }

  // A digest of one of the policies: of the one before, if that names it. A policy has fewer than
  // 2³¹ - 1 of them, because it has fewer bytes.
  class EitherDigest {
   public:
    EitherDigest() = default;
    static EitherDigest Before(DigestId id) { return EitherDigest(id.index); }
    static EitherDigest After(DigestId id) { return EitherDigest(id.index | kAfter); }
    bool valid() const { return number_ != UINT32_MAX; }
    bool is_after() const { return (number_ & kAfter) != 0; }
    DigestId id() const { return {number_ & ~kAfter}; }
    friend bool operator==(const EitherDigest&, const EitherDigest&) = default;

   private:
    static constexpr std::uint32_t kAfter = std::uint32_t{1} << 31U;
    explicit EitherDigest(std::uint32_t number) : number_(number) {}
    std::uint32_t number_ = UINT32_MAX;
  };

  // The numbers that a Difference is made of.
  struct Group {
    std::uint64_t cases = 0;
    RuleId before;
    RuleId after;
    // Of the first case.
    EitherDigest roothash;
    EitherDigest digest;
    FactsSet facts;
    runtime::Facts first_facts = 0;
    runtime::Operation operation = runtime::Operation::Execute;
    Difference::Kind kind = Difference::Kind::Records;
    Difference::Digests::Kind roothashes = Difference::Digests::Kind::Unnamed;
    Difference::Digests::Kind digests = Difference::Digests::Kind::Unnamed;
  };

 private:
  SharedDigest Own(EitherDigest digest) const;

  const policy::Policy* before_;
  const policy::Policy* after_;
  std::vector<Group> groups_;
  // How many the rules of an operation name.
  policy::OperationMap<std::uint64_t> named_roothashes_;
  policy::OperationMap<std::uint64_t> named_digests_;
  support::EnumMap<Difference::Kind, std::uint64_t, 3> more_;
};

// The same, each as a value of its own. It does not refer to the policies.
Differences AllDifferences(const Coverage& before, const Coverage& after,
                           const DifferenceOptions& options = {});

// The number of all cases of the operation of a difference.
std::uint64_t AllCases(const Difference& difference, const policy::Semantics& semantics);

}  // namespace ipec::analysis
