#pragma once

// Other programs that run on this machine.

#include <cstdint>

namespace ipec::support {

// Whether there is a process of this number; one that has ended stays until somebody asks for its
// status.
bool ProcessExists(std::int64_t number);

}  // namespace ipec::support
