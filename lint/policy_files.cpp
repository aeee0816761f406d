#include "lint/policy_files.h"

#include <algorithm>

namespace ipec::lint {
namespace {

using support::FileSystem;
using support::PathKind;

// One line of a .gitignore: a pattern for paths below `base`, which ends in a slash.
struct Ignore {
  std::string base;
  std::string pattern;
  bool negated = false;
  bool folders_only = false;
  bool anywhere = false;  // no slash in it: for the last name of a path
};

void ReadIgnores(FileSystem& files, const std::string& folder, std::vector<Ignore>& ignores) {
  const std::string path = folder + "/.gitignore";
  if (files.KindOf(path) != PathKind::File) return;
  llvm::Expected<std::string> text = files.Read(path);
  if (!text) {
    llvm::consumeError(text.takeError());  // git goes on without it, too
    return;
  }
  llvm::StringRef rest = *text;
  while (!rest.empty()) {
    auto [line, more] = rest.split('\n');
    rest = more;
    line = line.rtrim(" \t\r");
    if (line.empty() || line.startswith("#")) continue;
    Ignore made{folder + "/", {}, line.consume_front("!"), false, false};
    made.folders_only = line.consume_back("/");
    made.anywhere = !line.contains('/');
    line.consume_front("/");
    made.pattern = line.str();
    ignores.push_back(std::move(made));
  }
}

bool IsIgnored(const std::vector<Ignore>& ignores, std::string_view path, bool is_folder) {
  bool ignored = false;
  for (const Ignore& row : ignores) {
    if (!path.starts_with(row.base) || (row.folders_only && !is_folder)) continue;
    const std::string_view below = path.substr(row.base.size());
    const std::string_view name = path.substr(path.rfind('/') + 1);
    if (MatchesPattern(row.pattern, row.anywhere ? name : below)) ignored = !row.negated;
  }
  return ignored;
}

bool IsPolicyName(std::string_view name) {
  return name.ends_with(".pol") || name.ends_with(".ipe") || name.ends_with(".policy");
}

// `shown` is the folder as the user wrote it, `path` from the root.
llvm::Error Walk(FileSystem& files, const std::string& shown, const std::string& path,
                 std::vector<Ignore> ignores, std::vector<std::string>& found) {
  ReadIgnores(files, path, ignores);
  auto entries = files.List(path);
  if (!entries) return entries.takeError();
  for (const support::FolderEntry& entry : *entries) {
    const std::string own = path + "/" + entry.name;
    const std::string own_shown =
        shown.ends_with('/') ? shown + entry.name : shown + "/" + entry.name;
    if (IsIgnored(ignores, own, entry.is_folder)) continue;
    if (!entry.is_folder) {
      if (IsPolicyName(entry.name)) found.push_back(own_shown);
    } else if (!entry.name.starts_with('.')) {
      if (llvm::Error error = Walk(files, own_shown, own, ignores, found)) return error;
    }
  }
  return llvm::Error::success();
}

}  // namespace

bool MatchesPattern(std::string_view pattern, std::string_view text) {
  // Where to go on when a star has to take one more byte; one for `*` and one for `**`.
  struct Retry {
    std::size_t pattern = std::string_view::npos;
    std::size_t text = 0;
  };
  Retry star;
  Retry stars;
  std::size_t p = 0;
  std::size_t t = 0;
  while (t < text.size() || p < pattern.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      if (pattern.substr(p, 2) == "**") {
        p += 2;
        if (p < pattern.size() && pattern[p] == '/') ++p;  // `**/` is also nothing
        stars = {p, t};
        star = {};
      } else {
        star = {++p, t};
      }
      continue;
    }
    if (p < pattern.size() && t < text.size() &&
        (pattern[p] == text[t] || (pattern[p] == '?' && text[t] != '/'))) {
      ++p;
      ++t;
      continue;
    }
    if (star.pattern != std::string_view::npos && star.text < text.size() &&
        text[star.text] != '/') {
      p = star.pattern;
      t = ++star.text;
    } else if (stars.pattern != std::string_view::npos && stars.text < text.size()) {
      p = stars.pattern;
      t = ++stars.text;
      star = {};
    } else {
      return false;
    }
  }
  return true;
}

llvm::Expected<std::vector<std::string>> PoliciesBelow(FileSystem& files,
                                                       const std::string& folder) {
  const std::string path = files.Absolute(folder);
  // What is above counts up to the repository's root.
  std::vector<std::string> above;
  for (std::string at = path; files.KindOf(at + "/.git") == PathKind::Nothing;) {
    const std::size_t slash = at.rfind('/');
    if (slash == std::string::npos || slash == 0) {
      above.clear();
      break;
    }
    at.resize(slash);
    above.push_back(at);
  }
  std::vector<Ignore> ignores;
  std::for_each(above.rbegin(), above.rend(),
                [&](const std::string& one) { ReadIgnores(files, one, ignores); });
  std::vector<std::string> found;
  if (llvm::Error error = Walk(files, folder, path, ignores, found)) return error;
  return found;
}

}  // namespace ipec::lint
