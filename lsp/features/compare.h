#pragma once

// The meaning of a change of a policy, as `ipec diff` prints it.

#include <optional>
#include <string>

#include "compiler/support/source.h"
#include "llvm/Support/Error.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

// `before`: the policy as it was; nothing if there was none. The error: a kernel rejects one of the
// two.
llvm::Expected<std::string> CompareWith(const Snapshot& snapshot,
                                        std::optional<support::SourceBuffer> before);

}  // namespace ipec::lsp
