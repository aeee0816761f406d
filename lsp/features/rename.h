#pragma once

// Renames the policy: the only name that a policy defines. Errors name what cannot be renamed, or
// the target that would not accept the result.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "llvm/Support/Error.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

struct Renamable {
  support::Span span;  // the name as written, without quotes
  std::string name;
};

llvm::Expected<Renamable> RenamableAt(const Snapshot& snapshot, std::uint32_t offset);

struct Renamed {
  std::vector<diagnostics::TextEdit> edits;        // in the header
  std::vector<diagnostics::TextEdit> in_comments;  // the same word in comments, optional
};

llvm::Expected<Renamed> RenameAt(const Snapshot& snapshot, std::uint32_t offset,
                                 std::string_view new_name);

}  // namespace ipec::lsp
