#pragma once

// From a word to related places, and back:
//   a suppression   the suppressed statements
//   a digest        its other uses
//   a DEFAULT       the rules of its operations

#include <cstdint>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

struct Definition {
  support::Span origin;                // the word at the position
  std::vector<support::Span> targets;  // in file order, no duplicates; empty: no target
};

// From an operation or `op` in a rule to the DEFAULT for the remaining cases; from a DEFAULT to the
// first rule of each of its operations; from a digest to its first use; from a suppression, or one
// of its names, to the suppressed statements; from any other word of a statement to the comments
// that suppress a finding there.
Definition DefinitionAt(const Snapshot& snapshot, std::uint32_t offset);

// From an operation to all its rules, from a DEFAULT to all rules of its operations, from a digest
// to its uses, from a suppression to the suppressed statements. With `declaration` also the
// DEFAULT, or the comment. In file order, no duplicates.
std::vector<support::Span> ReferencesAt(const Snapshot& snapshot, std::uint32_t offset,
                                        bool declaration);

// If the word at `offset` is a digest: its uses in another policy.
std::vector<support::Span> ReferencesIn(const Snapshot& elsewhere, const Snapshot& snapshot,
                                        std::uint32_t offset);
// Whether it is one.
bool IsDigestAt(const Snapshot& snapshot, std::uint32_t offset);

}  // namespace ipec::lsp
