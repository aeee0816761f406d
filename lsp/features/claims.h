#pragma once

// The demands of a claim on the policy beside it, in words.

#include <string>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

// The word of a claim at the beginning of the statement; empty: there is none.
support::Span ClaimWordIn(const Snapshot& snapshot, const syntax::Line& line);

// As Markdown, for the claim of a statement; empty if it is malformed. As the first target reads
// it.
std::string ExplainClaim(const Snapshot& snapshot, support::Span statement);

}  // namespace ipec::lsp
