#pragma once

// Edits that write statements: suppressions, expanded aliases, DEFAULTs.

#include <optional>
#include <string>
#include <vector>

#include "lsp/features/formatting.h"
#include "lsp/features/place.h"

namespace ipec::lsp {

// A comment line above the line at `offset` that suppresses a rule there, with the same indentation
// and line end; or another name in the comment that already suppresses others. Or a comment at the
// top of the text that suppresses the rule in the whole file.
TextEdits SuppressHere(const Snapshot& snapshot, std::uint32_t offset, std::string_view rule);
TextEdits SuppressInFile(const Snapshot& snapshot, std::string_view rule);

// Whether a comment names the rule here, or for the whole file, even if it suppresses nothing.
bool HasSuppression(const Snapshot& snapshot, std::uint32_t offset, const lint::Rule& rule);

// The edit that writes the next revision; nothing if there is none, or the version is malformed.
std::optional<diagnostics::TextEdit> NextVersion(const Snapshot& snapshot);

// The alias that the statement on this line applies to; null if there is none.
const targets::Alias* AliasOn(const Snapshot& snapshot, const syntax::Line& line);
// The statement of each such line once per operation; its comment stays with the first.
TextEdits ExpandAliases(const Snapshot& snapshot, const std::vector<const syntax::Line*>& lines);

// A global DEFAULT that denies; or one for each operation without its own, with the action of the
// global DEFAULT, or else DENY. Below the last DEFAULT, or else below the header.
TextEdits AddGlobalDefault(const Snapshot& snapshot);
TextEdits AddOperationDefaults(const Snapshot& snapshot);

}  // namespace ipec::lsp
