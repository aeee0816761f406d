#pragma once

#include "llvm/ADT/STLExtras.h"

namespace ipec::support {

// Runs both, at the same time if the system has another processor and another thread can be
// started, else one after the other. Neither may depend on the other one.
void RunBoth(llvm::function_ref<void()> one, llvm::function_ref<void()> other);

}  // namespace ipec::support
