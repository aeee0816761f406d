#pragma once

// URIs of files and their paths.

#include <string>
#include <string_view>

namespace ipec::lsp {

// The path of a `file:` URI of this machine (`file:///a`, `file:/a`, `file://localhost/a`); empty
// for any other. All spellings of a URI have the same path: escapes, `.`, `..` and doubled slashes.
std::string PathOf(std::string_view uri);
// `path` is from the root.
std::string UriOf(std::string_view path);

}  // namespace ipec::lsp
