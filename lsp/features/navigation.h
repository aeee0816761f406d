#pragma once

// From a word to what belongs to it, and back:
//   a comment that silences   what it silences
//   a digest                  its other uses
//   a DEFAULT                 the rules of its operations

#include <cstdint>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

struct Definition {
  support::Span origin;                // the word that was asked about
  std::vector<support::Span> targets;  // in file order, none twice; empty: leads nowhere
};

// From an operation or `op` in a rule to the DEFAULT that decides what is left of it; from a
// DEFAULT to the first rule of each of its operations; from a digest to its first use; from a
// comment that silences, or one of its names, to what it silences; from any other word of a
// statement to the comments that silence something there.
Definition DefinitionAt(const Snapshot& snapshot, std::uint32_t offset);

// From an operation to all its rules, from a DEFAULT to all rules of its operations, from a digest
// to its uses, from a comment that silences to what it silences. With `declaration` also the
// DEFAULT, or the comment. In file order, none twice.
std::vector<support::Span> ReferencesAt(const Snapshot& snapshot, std::uint32_t offset,
                                        bool declaration);

}  // namespace ipec::lsp
