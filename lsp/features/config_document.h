#pragma once

// An `ipec.toml` that is open in the editor: its mistakes, completion and hover, from the table of
// keys.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lsp/features/completion.h"
#include "lsp/features/hover.h"

namespace ipec::lsp {

// Whether a file of this name or URI is a configuration.
bool IsConfigName(std::string_view name);

struct ConfigFault {
  support::Span where;
  std::string words;
};

// All mistakes in the text, names of lint rules included. Files that it names are not read.
std::vector<ConfigFault> FaultsIn(std::string_view text);

// `offset` is the position of the cursor.
Completions CompleteConfig(std::string_view text, std::uint32_t offset);

// About the key at an offset, or the key whose value is there.
std::optional<Hover> HoverConfig(std::string_view text, std::uint32_t offset);

// Markdown about a key; empty: there is none of that name.
std::string DocOfConfigKey(std::string_view name);

}  // namespace ipec::lsp
