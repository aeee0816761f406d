#pragma once

// Path patterns as in `.gitignore` and `ipec.toml`.

#include <compare>
#include <cstddef>
#include <optional>
#include <string_view>

namespace ipec::support {

// Whether `pattern` matches all of `path`, as git matches: `*` and `?` match anything except a
// slash, `[a-z]`, `[!a-z]` and `[[:digit:]]` match one byte, a backslash escapes the next byte, and
// `**` as a whole component matches any number of directories.
bool MatchesPattern(std::string_view pattern, std::string_view path);

// The same without regard to the case of ASCII letters, as git with `core.ignoreCase`.
bool MatchesPatternInAnyCase(std::string_view pattern, std::string_view path);

// How closely a pattern describes its paths. The greater is the more specific: one with a slash
// over one for names alone, then more bytes that match only themselves, slashes not counted, then
// more wildcards for one byte (`?`, `[a-z]`), then fewer stars.
struct Specificity {
  bool has_slash = false;
  std::size_t plain_bytes = 0;
  std::size_t single_wildcards = 0;
  std::ptrdiff_t minus_stars = 0;
  friend auto operator<=>(const Specificity&, const Specificity&) = default;  // NOLINT: no pointer
};
Specificity SpecificityOf(std::string_view pattern);

// Why a pattern matches no path below a directory, whatever the path, and what to write instead. A
// slash at its beginning (or `./`), which anchors it, and one at its end, for directories, are
// allowed. Nothing: some path matches.
std::optional<std::string_view> WhyItNeverMatches(std::string_view pattern);

}  // namespace ipec::support
