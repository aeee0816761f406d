#pragma once

// From the operands of `ipec lint` to files: a folder stands for the policies in and below it.

#include <string>
#include <vector>

#include "compiler/support/file_system.h"

namespace ipec::lint {

// The policies (`*.pol`, `*.ipe`, `*.policy`) in and below `folder`, in order of name, without
// those that a `.gitignore` there, or above it in the same repository, names. Hidden folders are
// not entered.
llvm::Expected<std::vector<std::string>> PoliciesBelow(support::FileSystem& files,
                                                       const std::string& folder);

// Whether the pattern of a shell (`*`, `?`; `**` crosses slashes) is the whole of `text`.
bool MatchesPattern(std::string_view pattern, std::string_view text);

}  // namespace ipec::lint
