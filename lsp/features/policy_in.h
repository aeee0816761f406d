#pragma once

// The policy in a file of any kind, as text: that of a signed file is its content, and that of a
// compiled table has the statements that decide.

#include <string>

#include "llvm/Support/Error.h"

namespace ipec::lsp {

// The error: the file has no policy, or is damaged.
llvm::Expected<std::string> PolicyIn(const std::string& name, std::string bytes);

}  // namespace ipec::lsp
