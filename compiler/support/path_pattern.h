#pragma once

// Patterns of paths as people write them in `.gitignore` and `ipec.toml`.

#include <string_view>

namespace ipec::support {

// Whether `pattern` is the whole of `path`, as git matches: `*` and `?` stand for anything but a
// slash, `[a-z]`, `[!a-z]` and `[[:digit:]]` for one byte, a backslash takes the next byte as it
// is, and `**` as a whole name stands for any number of folders.
bool MatchesPattern(std::string_view pattern, std::string_view path);

}  // namespace ipec::support
