#pragma once

// Edits as the protocol writes them.

#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "lsp/protocol/dispatch.h"
#include "lsp/protocol/json.h"

namespace ipec::lsp {

// The same edits, such that each begins and ends between two characters as editors count them:
// neither within one nor within `\r\n`. `edits` are in order and apart; so is the result.
std::vector<diagnostics::TextEdit> OnBoundaries(std::string_view text,
                                                std::vector<diagnostics::TextEdit> edits,
                                                Positions& positions);

// Whether JSON can say them: what they put in place is UTF-8.
bool CanBeWritten(const std::vector<diagnostics::TextEdit>& edits);

// The TextEdits of the protocol, as elements of an array. `annotation`: what asks for consent.
void WriteEdits(JsonWriter& json, const std::vector<diagnostics::TextEdit>& edits,
                Positions& positions, std::string_view annotation = {});

// A WorkspaceEdit of the snapshot's document, for its version where the client can check that.
void WriteWorkspaceEdit(JsonWriter& json, const Call& call,
                        const std::vector<diagnostics::TextEdit>& edits);

}  // namespace ipec::lsp
