#pragma once

// A machine whose policies follow each other, as far as IPE is concerned: does it start, do its
// programs run, does the kernel accept the next policy?
//
//   in   Stage        the policies in the order in which they are active, each with its matrix
//   out  Finding      with a stable name; errors first
//        Handover     the kernel's answers when a policy follows another one
//        assumptions  everything that was assumed about the machine, as sentences
//
// IPE alone is judged, as if it were enforcing.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/inventory/inventory.h"
#include "compiler/matrix/matrix.h"
#include "compiler/support/errno.h"
#include "compiler/targets/targets.h"

namespace ipec::matrix {

// A row of matrix_findings.def.
struct FindingKind {
  diagnostics::Severity severity;
  std::string_view name;  // stable
  std::string_view explanation;
};
std::span<const FindingKind> FindingKinds();

// A policy that is active on the machine at some time. All but the last one are replaced.
struct Stage {
  std::string file;
  const policy::Policy* policy;
  const Matrix* matrix;
  const targets::Target* target;
};

struct Finding {
  const FindingKind* kind;
  std::string file;
  std::string message;
};

// The answers when a policy is loaded and activated while the one before it is active. No errno:
// the kernel accepts it.
struct Handover {
  std::optional<support::Errno> new_policy;  // the signed file is written to `new_policy`
  std::optional<support::Errno> update;      // and to `policies/NAME/update`; ENOENT: no such file
  std::optional<support::Errno> activate;    // 1 is written to `policies/NAME/active`

  // Whether no way leads to the new policy.
  bool is_rejected() const { return activate.has_value() || (new_policy && update); }
};

// One for each stage but the first.
std::vector<Handover> HandoversOf(std::span<const Stage> stages);
std::vector<Finding> FindingsOf(std::span<const Stage> stages,
                                const inventory::Inventory* inventory);
std::vector<std::string> AssumptionsOf(std::span<const Stage> stages,
                                       const inventory::Inventory* inventory);

}  // namespace ipec::matrix
