#pragma once

// The decision table of the policy, as `ipec compile --emit=dump` prints it.

#include <string>

#include "llvm/Support/Error.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

// The error names the kernel that rejects the policy.
llvm::Expected<std::string> TableOf(const Snapshot& snapshot);

}  // namespace ipec::lsp
