#pragma once

// Other processes on this machine.

#include <cstdint>

namespace ipec::support {

// Whether a process with this number exists. A process that has ended exists until its parent
// collects its status.
bool ProcessExists(std::int64_t number);

}  // namespace ipec::support
