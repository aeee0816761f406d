#pragma once

// An audit record in a document, in a comment or on a line of its own: its meaning, the statement
// of this policy that it quotes, and the decision of this policy for it.

#include <cstdint>
#include <optional>

#include "lsp/features/hover.h"

namespace ipec::lsp {

// Nothing if the line at `offset` is not a record of IPE. `policy`: that of the answer, `snapshot`
// itself or the policy beside a log; null: there is none.
std::optional<Hover> HoverRecord(const Snapshot& snapshot, std::uint32_t offset,
                                 const Snapshot* policy);

}  // namespace ipec::lsp
