#pragma once

// What "expand selection" grows to: from the part of a word to the whole text.

#include <cstdint>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

// From the inside out: each holds the one before and is longer; all hold `offset`. Never empty: the
// last is the whole text.
std::vector<support::Span> SelectionsAt(const Snapshot& snapshot, std::uint32_t offset);

}  // namespace ipec::lsp
