#pragma once

// All cases that two policies decide or record differently, by the pair of statements that decide.
//
// A case is a class of events that the rules of either policy can distinguish: an operation, a root
// hash (one that a rule names, or none of them), the digest of a file in the same way, and the
// facts. Only cases that a kernel can produce are counted (see coverage.h).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/analysis/compare.h"

namespace ipec::analysis {

// The cases that one statement decides before and another one after.
struct Difference {
  enum class Kind : std::uint8_t {
    Looser,   // denied before, allowed after
    Tighter,  // allowed before, denied after
    Records,  // decided alike, but records differ: another rule text, or a DEFAULT
  };
  // The root hashes, or file digests, that its cases have.
  struct Digests {
    enum class Kind : std::uint8_t {
      Unnamed,  // one that no rule names, or none
      One,      // the same one in all cases
      Mixed,
    };
    Kind kind = Kind::Unnamed;
    std::optional<OwnedDigest> one;
    std::uint64_t named = 0;  // how many the rules of the operation name, in either policy
  };

  Kind kind = Kind::Records;
  Operation operation = Operation::Execute;  // Unknown: every operation without a name
  RuleId before;                             // invalid: a DEFAULT
  RuleId after;
  std::uint64_t cases = 0;
  FactsSet facts;  // that its cases have
  Digests roothashes;
  Digests digests;
  Witness witness;  // one of its cases
};

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

// O(n log n) in the number of rules. The same events must be possible on the kernels of both
// policies (SameEvents); properties that only one of them was built without are differences.
Differences AllDifferences(const Coverage& before, const Coverage& after,
                           const DifferenceOptions& options = {});

// The number of all cases of the operation of a difference.
std::uint64_t AllCases(const Difference& difference, const policy::Semantics& semantics);

}  // namespace ipec::analysis
