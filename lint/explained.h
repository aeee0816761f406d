#pragma once

// The rules with their documentation, for `ipec explain` and SARIF.

#include <vector>

#include "compiler/diagnostics/explain.h"

namespace ipec::lint {

const std::vector<diagnostics::Explained>& Explained();

}  // namespace ipec::lint
