#include "compiler/pipeline/policy_files.h"

#include <algorithm>

#include "compiler/support/path_pattern.h"

namespace ipec::pipeline {
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

// Without the blanks at its end, but for one that a backslash keeps.
llvm::StringRef Trim(llvm::StringRef line) {
  while (line.endswith(" ")) {
    const llvm::StringRef rest = line.drop_back();
    const std::size_t slashes = rest.size() - rest.rtrim('\\').size();
    if (slashes % 2 == 1) break;
    line = rest;
  }
  return line;
}

void ReadIgnores(FileSystem& files, const std::string& path, const std::string& folder,
                 std::vector<Ignore>& ignores) {
  if (files.KindOf(path) != PathKind::File) return;
  llvm::Expected<std::string> text = files.Read(path);
  if (!text) {
    llvm::consumeError(text.takeError());  // git goes on without it, too
    return;
  }
  llvm::StringRef rest = *text;
  rest.consume_front("\xEF\xBB\xBF");
  while (!rest.empty()) {
    auto [line, more] = rest.split('\n');
    rest = more;
    line.consume_back("\r");
    if (line.startswith("#")) continue;
    line = Trim(line);
    Ignore made{folder + "/", {}, line.consume_front("!"), false, false};
    made.folders_only = line.consume_back("/");
    if (line.empty()) continue;
    made.anywhere = !line.contains('/');
    line.consume_front("/");
    made.pattern = line.str();
    ignores.push_back(std::move(made));
  }
}

// The last line that speaks of the path decides.
bool IsIgnored(const std::vector<Ignore>& ignores, std::string_view path, bool is_folder) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const auto speaks = [&](const Ignore& row) {
    if (row.folders_only && !is_folder) return false;
    if (row.anywhere) return support::MatchesPattern(row.pattern, name);
    return support::MatchesPattern(row.pattern, path.substr(row.base.size()));
  };
  const auto last = std::find_if(ignores.rbegin(), ignores.rend(), speaks);
  return last != ignores.rend() && !last->negated;
}

bool IsNowhere(PathKind kind) {
  return kind == PathKind::Nothing || kind == PathKind::Dangling;
}

bool IsPolicyName(std::string_view name) {
  return name.ends_with(".pol") || name.ends_with(".ipe") || name.ends_with(".policy");
}

class Walker {
 public:
  Walker(FileSystem& files, PolicyFiles& found) : files_(files), found_(found) {}

  // `shown` is the folder as findings name it, `path` from the root.
  void Walk(const std::string& shown, const std::string& path) {
    const std::size_t outer = ignores_.size();
    ReadIgnores(files_, path + "/.gitignore", path, ignores_);
    auto entries = files_.List(path);
    if (!entries) found_.problems.push_back(llvm::toString(entries.takeError()));
    if (entries) {
      for (const support::FolderEntry& entry : *entries) Take(entry, shown, path);
    }
    // What this folder's .gitignore says is for what is below it.
    ignores_.resize(outer);
  }

  // The lines that count from above: of `.git/info/exclude` and of each folder from the
  // repository's root down to the one that holds `path`.
  void ReadAbove(const std::string& path) {
    std::vector<std::string> above;
    std::string at = path;
    while (IsNowhere(files_.KindOf(at + "/.git"))) {
      const std::size_t slash = at.rfind('/');
      if (slash == std::string::npos || at.size() == 1) return;  // in no repository
      at.resize(slash == 0 ? 1 : slash);
      above.push_back(at);
    }
    ReadIgnores(files_, at + "/.git/info/exclude", at, ignores_);
    std::for_each(above.rbegin(), above.rend(), [&](const std::string& folder) {
      ReadIgnores(files_, folder + "/.gitignore", folder, ignores_);
    });
  }

 private:
  void Take(const support::FolderEntry& entry, const std::string& shown, const std::string& path) {
    const bool is_policy = !entry.is_folder && IsPolicyName(entry.name);
    if (!is_policy && (!entry.is_folder || entry.name.starts_with('.'))) return;
    const std::string own = path + "/" + entry.name;
    if (IsIgnored(ignores_, own, entry.is_folder)) return;
    const std::string own_shown =
        shown.empty() || shown.ends_with('/') ? shown + entry.name : shown + "/" + entry.name;
    if (!is_policy) {
      Walk(own_shown, own);
      return;
    }
    // A link that leads nowhere stays: that it cannot be read is worth a word.
    const PathKind kind = files_.KindOf(own);
    if (kind != PathKind::Folder && kind != PathKind::Special) found_.paths.push_back(own_shown);
  }

  FileSystem& files_;
  PolicyFiles& found_;
  std::vector<Ignore> ignores_;
};

}  // namespace

PolicyFiles PoliciesOf(FileSystem& files, const std::string& operand) {
  PolicyFiles found;
  if (operand == "-" || files.KindOf(operand) != PathKind::Folder) {
    found.paths.push_back(operand);
    return found;
  }
  const std::string path = files.Absolute(operand);
  Walker walker(files, found);
  walker.ReadAbove(path);
  walker.Walk(operand == "." ? "" : Shown(operand), path);
  return found;
}

std::string Shown(std::string_view path) {
  std::string_view rest = path;
  while (rest.starts_with("./")) {
    rest.remove_prefix(2);
    while (rest.starts_with('/')) rest.remove_prefix(1);
  }
  return std::string(rest.empty() ? path : rest);
}

}  // namespace ipec::pipeline
