#pragma once

// The JSON schema of `ipec.toml`, for editors without the server, from the table of keys.

#include <string>

namespace ipec::lsp {

// As lsp/editors/vscode/ipec.schema.json has it; a test compares them.
std::string ConfigSchema();

}  // namespace ipec::lsp
