#pragma once

// Fixes applied to a text, one alone or several at once. The edits of a fix are in file order.

#include <string>

#include "compiler/diagnostics/diagnostic.h"

namespace ipec::check {

std::string Apply(std::string text, const diagnostics::Fix& fix);

// Adds the edits of `fix` to those of `fixes`. Returns false, and adds nothing, if they overlap.
// Two insertions at one place do: their order is not defined.
bool Combine(diagnostics::Fix& fixes, const diagnostics::Fix& fix);

}  // namespace ipec::check
