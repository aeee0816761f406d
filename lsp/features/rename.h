#pragma once

// Renames the policy: the only name that a policy defines. Refused, with the reason, if a target
// would not accept the result.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

struct Renamable {
  std::string problem;  // why nothing can be renamed here; else empty
  support::Span span;   // the name as written, without quotes
  std::string name;
};

Renamable RenamableAt(const Snapshot& snapshot, std::uint32_t offset);

struct Renamed {
  std::string problem;                             // why not; if empty, the other members are valid
  std::vector<diagnostics::TextEdit> edits;        // in the header
  std::vector<diagnostics::TextEdit> in_comments;  // the same word in comments, optional
};

Renamed RenameAt(const Snapshot& snapshot, std::uint32_t offset, std::string_view new_name);

}  // namespace ipec::lsp
