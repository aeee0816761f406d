#pragma once

// Edits that write statements: silencing comments, what an alias stands for, defaults.

#include <string>
#include <vector>

#include "lsp/features/formatting.h"
#include "lsp/features/place.h"

namespace ipec::lsp {

// A comment of its own above the line at `offset` that silences a rule there, indented as that line
// and ended as it is; or one name more in the comment that does so for others already. Or a comment
// on top of the text that silences the rule in the whole file.
TextEdits SuppressHere(const Snapshot& snapshot, std::uint32_t offset, std::string_view rule);
TextEdits SuppressInFile(const Snapshot& snapshot, std::string_view rule);

// The alias that the statement on this line is about; null: none.
const targets::Alias* AliasOn(const Snapshot& snapshot, const syntax::Line& line);
// The statement of each such line, once an operation; its comment stays with the first.
TextEdits ExpandAliases(const Snapshot& snapshot, const std::vector<const syntax::Line*>& lines);

// A global DEFAULT that denies, or one for each operation that has none and that says what the
// global one says, or else denies. Below the last DEFAULT, or else below the header.
TextEdits AddGlobalDefault(const Snapshot& snapshot);
TextEdits AddOperationDefaults(const Snapshot& snapshot);

}  // namespace ipec::lsp
