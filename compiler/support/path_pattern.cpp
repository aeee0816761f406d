#include "compiler/support/path_pattern.h"

#include <algorithm>

#include "compiler/support/numbers.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::support {
namespace {

bool IsIn(std::string_view name, char byte) {
  if (name == "alnum") return llvm::isAlnum(byte);
  if (name == "alpha") return llvm::isAlpha(byte);
  if (name == "blank") return byte == ' ' || byte == '\t';
  if (name == "cntrl") return ToByte(byte) < 0x20 || byte == 0x7F;
  if (name == "digit") return llvm::isDigit(byte);
  if (name == "graph") return byte > ' ' && byte < 0x7F;
  if (name == "lower") return byte >= 'a' && byte <= 'z';
  if (name == "print") return byte >= ' ' && byte < 0x7F;
  if (name == "punct") return byte > ' ' && byte < 0x7F && !llvm::isAlnum(byte);
  if (name == "space") return byte == ' ' || (byte >= '\t' && byte <= '\r');
  if (name == "upper") return byte >= 'A' && byte <= 'Z';
  return name == "xdigit" && llvm::isHexDigit(byte);
}

// Reads the set that begins at `at` (a `[`) and moves `at` after it; false if it does not contain
// `byte` or is not closed.
bool MatchesSet(std::string_view pattern, std::size_t& at, char byte, bool any_case) {
  std::size_t p = at + 1;
  const bool negated = p < pattern.size() && (pattern[p] == '!' || pattern[p] == '^');
  if (negated) ++p;
  bool found = false;
  for (bool first = true; p < pattern.size() && (first || pattern[p] != ']'); first = false) {
    if (pattern.substr(p, 2) == "[:") {
      const std::size_t end = pattern.find(":]", p + 2);
      if (end != std::string_view::npos) {
        const std::string_view name = pattern.substr(p + 2, end - p - 2);
        found |= IsIn(name, byte) || (any_case && name == "upper" && IsIn("lower", byte));
        p = end + 2;
        continue;
      }
    }
    if (pattern[p] == '\\' && ++p == pattern.size()) return false;
    const char low = pattern[p++];
    char high = low;
    if (p + 1 < pattern.size() && pattern[p] == '-' && pattern[p + 1] != ']') {
      if (pattern[++p] == '\\' && ++p == pattern.size()) return false;
      high = pattern[p++];
    }
    const auto holds = [&](char one) {
      return ToByte(low) <= ToByte(one) && ToByte(one) <= ToByte(high);
    };
    found |= holds(byte) || (any_case && holds(llvm::toUpper(byte)));
  }
  if (p >= pattern.size()) return false;
  at = p + 1;
  return found != negated && byte != '/';
}

// Reads the part of the pattern for one byte at `at` and moves `at` after it.
bool MatchesByte(std::string_view pattern, std::size_t& at, char byte, bool any_case) {
  if (any_case) byte = llvm::toLower(byte);
  if (pattern[at] == '[') return MatchesSet(pattern, at, byte, any_case);
  if (pattern[at] == '?') return ++at, byte != '/';
  if (pattern[at] == '\\' && ++at == pattern.size()) return false;
  const char wanted = pattern[at++];
  return (any_case ? llvm::toLower(wanted) : wanted) == byte;
}

// The number of stars at `at` if they are a whole component (two or more); otherwise 0.
std::size_t StarsOfDirectories(std::string_view pattern, std::size_t at) {
  if (pattern.substr(at, 2) != "**" || (at != 0 && pattern[at - 1] != '/')) return 0;
  const std::size_t end = std::min(pattern.find_first_not_of('*', at), pattern.size());
  return end == pattern.size() || pattern[end] == '/' ? end - at : 0;
}

bool Matches(std::string_view pattern, std::string_view path, bool any_case) {
  // git compares the text before the first wildcard separately from the rest, so that the stars in
  // `a**/b` are a whole component.
  const std::size_t plain = std::min(pattern.find_first_of("*?[\\"), pattern.size());
  const llvm::StringRef start(path.data(), std::min(plain, path.size()));
  const llvm::StringRef wanted(pattern.data(), plain);
  if (any_case ? !start.equals_insensitive(wanted) : start != wanted) return false;
  pattern.remove_prefix(plain);
  path.remove_prefix(plain);
  // Where to continue if stars must match more: `*` one byte, `**` one directory. Only the last of
  // each has to be retried, because everything before it matched as little as possible.
  struct Retry {
    std::size_t pattern = std::string_view::npos;
    std::size_t path = 0;
  };
  Retry star;
  Retry directories;
  std::size_t p = 0;
  std::size_t t = 0;
  while (t < path.size() || p < pattern.size()) {
    if (const std::size_t stars = StarsOfDirectories(pattern, p); stars != 0) {
      p += stars;
      if (p == pattern.size()) return t < path.size() || p == stars;
      directories = {++p, t};
      star = {};
      continue;
    }
    if (p < pattern.size() && pattern[p] == '*') {
      star = {++p, t};
      continue;
    }
    if (p < pattern.size() && t < path.size()) {
      std::size_t next = p;
      if (MatchesByte(pattern, next, path[t], any_case)) {
        p = next;
        ++t;
        continue;
      }
    }
    if (star.pattern != std::string_view::npos && star.path < path.size() &&
        path[star.path] != '/') {
      p = star.pattern;
      t = ++star.path;
      continue;
    }
    if (directories.pattern == std::string_view::npos) return false;
    const std::size_t slash = path.find('/', directories.path);
    if (slash == std::string_view::npos) return false;
    p = directories.pattern;
    t = directories.path = slash + 1;
    star = {};
  }
  return true;
}

// Where the part for one byte at `at` ends; npos: it is a set that nothing closes, or a backslash
// with nothing behind it.
std::size_t EndOfPart(std::string_view pattern, std::size_t at) {
  if (pattern[at] != '[') {
    const std::size_t end = at + (pattern[at] == '\\' ? 2 : 1);
    return end > pattern.size() ? std::string_view::npos : end;
  }
  std::size_t end = at;
  MatchesSet(pattern, end, 'a', /*any_case=*/false);
  return end == at ? std::string_view::npos : end;
}

// The known facts about a component.
struct Component {
  bool has_star = false;
  bool is_plain_dots = true;  // each part matches only a dot
  std::size_t parts = 0;
};

std::optional<std::string_view> WhyNoPathHasIt(const Component& component) {
  if (component.has_star) return std::nullopt;
  if (component.parts == 0) return "it has two slashes in a row: write one";
  if (!component.is_plain_dots || component.parts > 2) return std::nullopt;
  if (component.parts == 1) return "no path has a component `.`: leave it out";
  return "it matches only files below the directory of ipec.toml, and `..` leads out of it: write "
         "the pattern into an ipec.toml there";
}

// Whether the part matches a dot, or something else.
struct Bytes {
  bool dot = false;
  bool other = false;
};

Bytes BytesOf(std::string_view part) {
  Bytes bytes;
  for (unsigned code = 1; code < 256; ++code) {
    std::size_t at = 0;
    const char byte = ToChar(code);
    if (byte == '/' || !MatchesByte(part, at, byte, /*any_case=*/false)) continue;
    (byte == '.' ? bytes.dot : bytes.other) = true;
  }
  return bytes;
}

}  // namespace

bool MatchesPattern(std::string_view pattern, std::string_view path) {
  return Matches(pattern, path, /*any_case=*/false);
}

bool MatchesPatternInAnyCase(std::string_view pattern, std::string_view path) {
  return Matches(pattern, path, /*any_case=*/true);
}

std::optional<std::string_view> WhyItNeverMatches(std::string_view pattern) {
  const bool names_a_directory = pattern.ends_with('/');
  if (names_a_directory) pattern.remove_suffix(1);
  for (const std::string_view anchor : {"/", "./"}) {
    if (!pattern.starts_with(anchor)) continue;
    pattern.remove_prefix(anchor.size());
    break;
  }
  if (pattern.empty()) return "nothing is left of it without slashes: `*` matches everything";
  Component component;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t end = EndOfPart(pattern, at);
    if (end == std::string_view::npos) {
      if (pattern[at] == '\\') return "a backslash at its end has nothing to escape: leave it out";
      return "nothing closes its `[`: write `\\[` for the character itself";
    }
    const std::string_view part = pattern.substr(at, end - at);
    at = end;
    if (part == "/" || part == "\\/") {
      if (const auto why = WhyNoPathHasIt(component)) return why;
      component = {};
    } else if (part == "*") {
      component.has_star = true;
    } else {
      const Bytes bytes = BytesOf(part);
      if (!bytes.dot && !bytes.other) return "no character is in its set `[…]`";
      component.is_plain_dots &= !bytes.other;
      ++component.parts;
    }
  }
  return WhyNoPathHasIt(component);
}

Specificity SpecificityOf(std::string_view pattern) {
  Specificity specificity;
  std::size_t at = 0;
  while (at < pattern.size()) {
    if (pattern[at] == '*') {
      --specificity.minus_stars;
      ++at;
      continue;
    }
    const std::size_t before = at;
    const bool single = pattern[at] == '?' || pattern[at] == '[';
    MatchesByte(pattern, at, '\0', /*any_case=*/false);
    at = std::max(at, before + 1);
    if (pattern[before] == '/') {
      specificity.has_slash = true;
    } else {
      ++(single ? specificity.single_wildcards : specificity.plain_bytes);
    }
  }
  return specificity;
}

}  // namespace ipec::support
