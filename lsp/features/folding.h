#pragma once

// Foldable ranges: runs of comment lines, and consecutive rules of one operation.

#include <cstdint>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

enum class FoldKind : std::uint8_t { Comment, Region };

struct Fold {
  std::uint32_t first = 1;  // lines from 1, both included; last is greater
  std::uint32_t last = 1;
  FoldKind kind = FoldKind::Region;
};

// In the order of their first lines, not overlapping.
std::vector<Fold> FoldsOf(const Snapshot& snapshot);

}  // namespace ipec::lsp
