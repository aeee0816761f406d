#pragma once

// Layout as `ipec fmt` makes it, as the smallest edits of the text. Statements are never reordered,
// properties where `ipec.toml` asks for it.
//
// Empty: the text is laid out already, or laying it out was refused because it could not be proved
// to keep every statement and comment.

#include <cstdint>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

using TextEdits = std::vector<diagnostics::TextEdit>;  // in order, apart from each other

TextEdits FormatDocument(const Snapshot& snapshot);

// The lines that `range` touches.
TextEdits FormatRange(const Snapshot& snapshot, support::Span range);

// After a line end was typed at `offset`: the line that it ended.
TextEdits FormatOnType(const Snapshot& snapshot, std::uint32_t offset);

// What a client sends the last request for.
inline constexpr std::string_view kFormatTrigger = "\n";

}  // namespace ipec::lsp
