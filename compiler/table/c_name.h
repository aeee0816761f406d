#pragma once

// Names in generated C headers: identifiers of C99 and later and of C++.

#include <string>
#include <string_view>

#include "llvm/Support/Error.h"

namespace ipec::table {

// The default name of a policy's table: `ipec_NAME_table`. Letters and digits of the policy's name
// are kept, other printable ASCII becomes `_`, and every other byte `x` and two hex digits.
// Different policies can get the same name, such as `a-b` and `a_b`: the generated headers then
// reject each other.
std::string CNameOf(std::string_view policy_name);

// The error says why `name` cannot name an array at file scope in every C and C++.
llvm::Error CheckCName(std::string_view name);

}  // namespace ipec::table
