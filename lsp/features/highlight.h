#pragma once

// The places with the same meaning as the word at a place: the same operation, property, digest,
// value or lint rule.

#include <cstdint>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

// In file order, including the one at `offset`; empty if there are none.
std::vector<support::Span> HighlightsAt(const Snapshot& snapshot, std::uint32_t offset);

}  // namespace ipec::lsp
