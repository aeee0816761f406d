#pragma once

// Claims about a policy, proved or refuted over all cases.

#include <cstdint>
#include <memory>
#include <vector>

#include "compiler/analysis/case_set.h"
#include "compiler/policy/claims.h"

namespace ipec::analysis {

struct ClaimResult {
  enum class Verdict : std::uint8_t {
    Holds,
    Refuted,
    CannotFail,  // no event can contradict it, whatever the policy
  };
  Verdict verdict = Verdict::Holds;
  // It holds only because the kernel was built without these properties, which rules test. On a
  // kernel with any one of them more it would be refuted; or, `needs_all_missing`, on one with all
  // of them, and on none with fewer properties more.
  policy::PropertySet holds_by_missing;
  bool needs_all_missing = false;
  // The index of the claim whose result has the cases: `only` claims about one operation are judged
  // together, at the first of them. Else its own.
  std::size_t judged_at = 0;
  // The cases that contradict it, by the rule of the policy (`before`) that decides them. `after`
  // is meaningless.
  Differences against;
  // All cases of the operations that were judged.
  std::uint64_t cases = 0;
};

// One result for each claim. Policy and claims were read for the same target. O(n log n) in the
// policy for each claim.
std::vector<ClaimResult> ProveClaims(const policy::Policy& policy, const policy::Claims& claims);

// For each claim, whether some policy contradicts it.
std::vector<bool> CanFail(const policy::Claims& claims);

// How many cases of an operation the claims pin. A case is pinned if a policy that decides it
// otherwise contradicts a claim. The cases are those that the policy and the claims distinguish.
struct Pinned {
  Operation operation = Operation::Execute;
  std::uint64_t pinned = 0;
  std::uint64_t cases = 0;
  Differences open;  // those that are not pinned; `before` is the rule of the policy
};

// One for each operation of the dialect, in their order.
std::vector<Pinned> CountPinned(const policy::Policy& policy, const policy::Claims& claims);

// The claims about some operations, prepared for many policies.
class Demands {
 public:
  Demands(const policy::Claims& claims, policy::OperationSet operations);
  ~Demands();

  // Whether all claims hold for `policy`.
  bool MetBy(const policy::Policy& policy) const;

 private:
  struct Covered;

  policy::OperationSet operations_;
  std::unique_ptr<Covered> required_;  // that must be allowed
  std::unique_ptr<Covered> possible_;  // that may be allowed
};

}  // namespace ipec::analysis
