#pragma once

// Findings as the protocol writes them.

#include "lsp/protocol/dispatch.h"
#include "lsp/workspace.h"

namespace ipec::support {
class JsonWriter;
}

namespace ipec::lsp {

// The parameters of textDocument/publishDiagnostics.
Json PublishedDiagnostics(const Snapshot& snapshot, const Client& client,
                          PositionEncoding encoding);
Json NoDiagnostics(const std::string& uri);
// The same for a configuration. Columns are those of bytes.
Json ConfigDiagnostics(const std::string& uri, const std::vector<ConfigProblem>& problems);
// One of them, as it is sent in either way.
void WriteFinding(support::JsonWriter& json, const diagnostics::Diagnostic& finding,
                  const Snapshot& snapshot, const Client& client, Positions& positions);

// Where the text of a finding can be read: `ipec:explain/IPE0201.md`. Clients that know no such
// scheme show it as it is; the command `ipec.explain` has the text.
std::string ExplanationUri(std::string_view code);

}  // namespace ipec::lsp
