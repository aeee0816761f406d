#pragma once

// Work in several threads whose result does not depend on their number.

#include <cstdint>
#include <functional>

#include "llvm/Support/Error.h"

namespace ipec::support {

// The number of threads that the machine runs at once.
unsigned DefaultThreads();

using Work = std::function<llvm::Error(std::uint64_t unit)>;

// Does the units from 0 to `count`, in ascending order as far as threads allow. `make` is called in
// each thread. The error is that of the lowest unit that failed; units above it may be left out.
// `progress`, if there is one, is called by the caller's thread with the number of units begun.
llvm::Error RunInOrder(std::uint64_t count, unsigned threads, const std::function<Work()>& make,
                       const std::function<void(std::uint64_t)>& progress);

}  // namespace ipec::support
