#pragma once

// --emit=smt2 of `ipec compile`: the decisions of a policy for solvers.

#include <string>

#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"

namespace ipec::table {

// Functions of SMT-LIB 2.6, in the logic QF_S. A digest is a string `ALGORITHM:HEX`, or HEX in a
// dialect with bare digests.
std::string EmitSmt2(const policy::Policy& policy, const targets::Target& target);

}  // namespace ipec::table
