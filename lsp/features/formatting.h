#pragma once

// Formatting as by `ipec fmt`, with the smallest edits of the text. Statements are never reordered;
// properties only if `ipec.toml` requires it.
//
// Empty: the text is already formatted, or there is no proof that formatting keeps every statement
// and comment.

#include <cstdint>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

using TextEdits = std::vector<diagnostics::TextEdit>;  // in order, not overlapping

TextEdits FormatDocument(const Snapshot& snapshot);

// The lines of `range`.
TextEdits FormatRange(const Snapshot& snapshot, support::Span range);

// After a line end was typed at `offset`: the line that it ended.
TextEdits FormatOnType(const Snapshot& snapshot, std::uint32_t offset);

// The characters after which a client sends the last request.
inline constexpr std::string_view kFormatTrigger = "\n";

}  // namespace ipec::lsp
