#pragma once

// Renaming the policy: the one name that a policy gives. Refused, with the reason, where the target
// would not take the result, or one of several.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

struct Renamable {
  std::string problem;  // why nothing can be renamed here; empty: it can
  support::Span span;   // the name as it is written, without quotes
  std::string name;
};

Renamable RenamableAt(const Snapshot& snapshot, std::uint32_t offset);

struct Renamed {
  std::string problem;                             // why not; empty: the rest holds
  std::vector<diagnostics::TextEdit> edits;        // in the header
  std::vector<diagnostics::TextEdit> in_comments;  // the same word there, if that is wanted, too
};

Renamed RenameAt(const Snapshot& snapshot, std::uint32_t offset, std::string_view new_name);

}  // namespace ipec::lsp
