#pragma once

// The places that mean the same as the word at a place: the same operation, property, digest, value
// or rule of the linter.

#include <cstdint>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

// In file order, that of `offset` among them; empty: nothing means the same anywhere.
std::vector<support::Span> HighlightsAt(const Snapshot& snapshot, std::uint32_t offset);

}  // namespace ipec::lsp
