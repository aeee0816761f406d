#pragma once

// How many of the cases that a rule matches it decides.
//
// A case is a class of events of one operation that a kernel can produce and that the operation's
// rules can distinguish: by the root hash of the volume (one of those that rules name, or none of
// them), by the digest of the file in the same way, and by the facts. Cases are counted in the
// domain of coverage.h.

#include <cstdint>
#include <vector>

#include "compiler/analysis/case_group.h"
#include "compiler/analysis/coverage.h"
#include "llvm/ADT/STLExtras.h"

namespace ipec::analysis {

struct Share {
  std::uint64_t matched = 0;  // cases that it matches; for a default, all cases
  std::uint64_t decided = 0;  // cases that it decides
};

class Shares {
 public:
  // Whether a volume with this root hash, or a file with this digest, can exist.
  using CanExist = llvm::function_ref<bool(policy::Property, DigestId)>;

  // O(n log n) in the number of rules, although the number of cases is a product. Keeps no
  // reference. Digests that cannot exist are not counted; without `can_exist` all can.
  explicit Shares(const Coverage& coverage, CanExist can_exist = nullptr);

  const Share& Of(RuleId rule) const { return rules_[rule.index]; }
  // The cases of `operation`, which the dialect must have, that no rule decides.
  const Share& OfDefault(Operation operation) const { return defaults_[operation]; }

  // The cases that a rule decides, or that no rule of `operation` does, as a set. Of a rule that
  // decides some. `coverage` is that of the constructor. Digests that the rule does not name are
  // Mixed if other rules name any.
  CaseGroup DecidedBy(const Coverage& coverage, RuleId rule) const;
  CaseGroup DecidedByDefault(const Coverage& coverage, Operation operation) const;

 private:
  struct NamedCounts {
    std::uint64_t roothashes = 0;
    std::uint64_t digests = 0;
  };

  CaseGroup GroupOf(Operation operation, std::uint64_t cases) const;

  std::vector<Share> rules_;
  policy::OperationMap<Share> defaults_;
  policy::OperationMap<NamedCounts> named_;  // that can exist
};

}  // namespace ipec::analysis
