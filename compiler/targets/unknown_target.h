#pragma once

// The error message for a name that is not a target.

#include <string>
#include <string_view>

namespace ipec::targets {

// "unknown target `linux-6.11`; …", and the way out: for a release of Linux, the target that it is
// like, and for a misspelt name, the nearest one.
std::string UnknownTarget(std::string_view name);

}  // namespace ipec::targets
