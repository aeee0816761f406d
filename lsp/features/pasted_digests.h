#pragma once

// Digests as other programs print them, pasted as a value: `sha256: HEX`, `Root hash: HEX`,
// `0xHEX`, `sha-256:HEX`, `sha256:HEX /path`, uppercase digits.

#include <vector>

#include "compiler/diagnostics/edits.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

// The edits that write the digest of the statement as its target reads it; a path behind it becomes
// a comment. Empty if it is written so, or if there is not exactly one digest.
std::vector<diagnostics::TextEdit> RepairPastedDigest(const Snapshot& snapshot,
                                                      const syntax::Line& line);

}  // namespace ipec::lsp
