#pragma once

// How much each rule is there for: of the cases it asks for, how many it decides.
//
// A case is a class of events of one operation that a kernel can produce and that the operation's
// rules can tell apart: which of the root hashes they name the volume has, or none of those, the
// same for the file's digest, and the facts. What is counted is the domain of coverage.h.

#include <cstdint>
#include <vector>

#include "compiler/analysis/coverage.h"
#include "llvm/ADT/STLExtras.h"

namespace ipec::analysis {

struct Share {
  std::uint64_t asked = 0;    // cases for which its conditions hold; of a default, all cases
  std::uint64_t decided = 0;  // those it decides
};

class Shares {
 public:
  // Whether some volume has this root hash, or some file this digest, which a rule names.
  using CanExist = llvm::function_ref<bool(policy::Property, DigestId)>;

  // Takes O(n log n) in the number of rules, though the cases multiply. Keeps no reference. Cases
  // with what cannot exist are none; without `can_exist` everything can.
  explicit Shares(const Coverage& coverage, CanExist can_exist = nullptr);

  const Share& Of(RuleId rule) const { return rules_[rule.index]; }
  // What no rule decides, of all cases of `operation`, which the dialect knows.
  const Share& OfDefault(Operation operation) const {
    return defaults_[static_cast<std::size_t>(operation)];
  }

 private:
  std::vector<Share> rules_;
  std::array<Share, runtime::kOperationCount> defaults_;
};

}  // namespace ipec::analysis
