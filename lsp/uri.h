#pragma once

// File URIs and their paths.

#include <string>
#include <string_view>

namespace ipec::lsp {

// The path of a local `file:` URI (`file:///a`, `file:/a`, `file://localhost/a`); empty for any
// other. All spellings of a URI have the same path: escapes, `.`, `..` and doubled slashes.
std::string PathOf(std::string_view uri);
// `path` is from the root.
std::string UriOf(std::string_view path);

}  // namespace ipec::lsp
