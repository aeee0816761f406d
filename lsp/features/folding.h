#pragma once

// What an editor may fold: runs of comment lines, and the rules of one operation that stand
// together.

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

// In the order of their first lines; they do not overlap.
std::vector<Fold> FoldsOf(const Snapshot& snapshot);

}  // namespace ipec::lsp
