#pragma once

// Several fixes as one.

#include "compiler/diagnostics/diagnostic.h"

namespace ipec::check {

// Adds the edits of `fix` to those of `fixes`. Returns false, and adds nothing, if they overlap.
// Two insertions at one place do: their order is not defined.
bool Combine(diagnostics::Fix& fixes, const diagnostics::Fix& fix);

}  // namespace ipec::check
