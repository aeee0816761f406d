#pragma once

// "Expand selection": from the part of a word to the whole text.

#include <cstdint>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

// From the inside out: each contains the previous one and is longer; all contain `offset`. Never
// empty: the last one is the whole text.
std::vector<support::Span> SelectionsAt(const Snapshot& snapshot, std::uint32_t offset);

}  // namespace ipec::lsp
