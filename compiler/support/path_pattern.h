#pragma once

// Path patterns as in `.gitignore` and `ipec.toml`.

#include <string_view>

namespace ipec::support {

// Whether `pattern` matches all of `path`, as git matches: `*` and `?` match anything except a
// slash, `[a-z]`, `[!a-z]` and `[[:digit:]]` match one byte, a backslash escapes the next byte, and
// `**` as a whole component matches any number of directories.
bool MatchesPattern(std::string_view pattern, std::string_view path);

}  // namespace ipec::support
