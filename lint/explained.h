#pragma once

// The rules with their documentation, as `ipec explain` and SARIF want them. `ipec explain`
// declares this function itself and finds it by the linker: nothing in compiler/ includes what is
// above it.

#include <vector>

#include "compiler/diagnostics/explain.h"

namespace ipec::lint {

const std::vector<diagnostics::Explained>& Explained();

}  // namespace ipec::lint
