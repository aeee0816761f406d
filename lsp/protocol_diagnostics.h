#pragma once

// Findings as the protocol writes them.

#include "lsp/dispatch.h"

namespace ipec::lsp {

// The parameters of textDocument/publishDiagnostics.
Json PublishedDiagnostics(const Snapshot& snapshot, const Client& client,
                          PositionEncoding encoding);
Json NoDiagnostics(const std::string& uri);

// Where the text of a finding can be read: `ipec:explain/IPE0201.md`. Clients that know no such
// scheme show it as it is; the command `ipec.explain` has the text.
std::string ExplanationUri(std::string_view code);

}  // namespace ipec::lsp
