#pragma once

// All errors of the linter's part of a configuration, where Resolve returns the first.

#include <string>
#include <vector>

#include "compiler/pipeline/config.h"

namespace ipec::lint {

// Each as `PATH:LINE:COLUMN: words`. At most 20.
std::vector<std::string> MistakesIn(const pipeline::Config& config);

}  // namespace ipec::lint
