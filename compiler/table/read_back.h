#pragma once

// From a decision table back to the policy that it was compiled from.
//
//   in   a loaded table; the target with the name that the table has, without the properties that
//        it lacks
//   out  a policy that decides and records every event as the table does
//
// A table has the rules that decide events, with their lines and their properties in order. Rules
// that decide nothing, comments and layout are lost. Statements have lines but no spans.
// A DEFAULT that decides nothing is lost, too; where the target requires one, it is DENY in line 0.

#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"
#include "ipec/runtime/policy.h"
#include "llvm/Support/Error.h"

namespace ipec::table {

// The error: no policy has this table. The result is proved: every cell of its coverage is that of
// the table.
llvm::Expected<policy::Policy> ReadBack(const runtime::Policy& table,
                                        const targets::Target& target);

}  // namespace ipec::table
