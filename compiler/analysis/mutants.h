#pragma once

// Small changes of a policy, as a hand slips: a test suite that pins the policy down fails for each
// of them.

#include <cstdint>

#include "compiler/analysis/differences.h"
#include "compiler/policy/policy.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace ipec::analysis {

struct Mutant {
  enum class Kind : std::uint8_t {
    DeleteRule,
    FlipAction,   // of a rule
    FlipDefault,  // the action of a DEFAULT
    DropCondition,
    NegateCondition,  // TRUE and FALSE
    ChangeDigest,     // to another one, of the same algorithm and length
    SwapRules,        // with the next rule of the operation, which has the other action
    MoveToEnd,        // a DENY, behind all rules
  };
  Kind kind = Kind::DeleteRule;
  support::Span statement;  // the changed one
  std::uint32_t line = 0;
  std::uint32_t other_line = 0;  // SwapRules: of the other rule
  std::uint32_t condition = 0;   // the number of the changed one in the statement, from 0
  // The operations that the statement is about. `policy` has only their rules.
  policy::OperationSet operations;
  policy::Policy policy;
  // The cases that it decides otherwise than the policy; `after` is a rule of the mutant. Empty if
  // it is equivalent.
  Differences changes;
};

// Calls `visit` for every mutant, in file order. Time: for each of them n log n in the number of
// rules of its operations.
void ForEachMutant(const policy::Policy& policy, llvm::function_ref<void(const Mutant&)> visit);

}  // namespace ipec::analysis
