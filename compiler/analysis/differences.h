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
