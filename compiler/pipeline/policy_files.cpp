#include "compiler/pipeline/policy_files.h"

#include <algorithm>
#include <memory>

#include "compiler/pipeline/git_repository.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::pipeline {
namespace {

using support::FileSystem;
using support::PathKind;

class Walker {
 public:
  // `is_wanted` gets the names of files.
  Walker(FileSystem& files, PolicyFiles& found,
         llvm::function_ref<bool(std::string_view)> is_wanted, ReportError report)
      : files_(files), found_(found), is_wanted_(is_wanted), report_(report) {}

  // `shown` is the directory as findings name it, `path` from the root, links resolved.
  void Walk(const std::string& shown, const std::string& path) {
    ReadAbove(path);
    Enter(shown, path, /*only_tracked=*/false);
    while (!levels_.empty()) {
      if (levels_.back().next < levels_.back().entries.size()) {
        Take(levels_.back().entries[levels_.back().next++]);
      } else {
        Leave();
      }
    }
  }

 private:
  // A repository, or what is outside of all.
  struct Scope {
    std::unique_ptr<GitRepository> repository;
    IgnoreRules rules;
  };
  // A directory that is being walked: on a stack of our own, since its depth has no limit.
  struct Level {
    std::string shown;
    std::string path;
    std::vector<support::DirectoryEntry> entries;
    std::size_t next = 0;
    std::size_t outer_rules = 0;
    bool opened_scope = false;
    bool only_tracked = false;  // git ignores the directory or it is hidden, but git tracks a part
  };

  // The rules from above: those of the repository, and of each directory from its top down to the
  // one that contains `path`.
  void ReadAbove(const std::string& path) {
    scopes_.emplace_back();
    std::vector<std::string> above;
    std::string at = path;
    while (at.size() > 1) {
      if (files_.KindOf(at + "/.git") != PathKind::Nothing) {
        if (OpenRepository(at)) break;
      }
      const std::size_t slash = at.rfind('/');
      if (slash == std::string::npos) return;
      at.resize(std::max<std::size_t>(slash, 1));
      above.push_back(at);
    }
    if (scopes_.size() == 1 && !OpenRepository(at)) return;
    std::for_each(above.rbegin(), above.rend(), [&](const std::string& directory) {
      const std::string base = directory == "/" ? std::string() : directory;
      ReadIgnores(base + "/.gitignore", base);
    });
  }

  // A symbolic link in its place is ignored.
  void ReadIgnores(const std::string& path, const std::string& directory) {
    if (!files_.IsLink(path)) scopes_.back().rules.Read(files_, path, directory);
  }

  bool OpenRepository(const std::string& directory) {
    std::unique_ptr<GitRepository> repository = GitRepository::At(files_, directory);
    if (repository == nullptr) return false;
    IgnoreRules rules = repository->CommonRules();
    scopes_.push_back({std::move(repository), std::move(rules)});
    return true;
  }

  void Enter(const std::string& shown, const std::string& path, bool only_tracked) {
    if (path.size() > kLongestPath) {
      report_(support::ErrorOf(
          "directories are nested too deeply (a path of more than " + std::to_string(kLongestPath) +
          " bytes): " + support::Quoted(shown.substr(0, 80) + "…") + " is skipped"));
      return;
    }
    auto entries = files_.List(path);
    if (!entries) {
      report_(entries.takeError());
      return;
    }
    Level level{shown, path, std::move(*entries), 0, 0, false, only_tracked};
    const auto has = [&](const char* name) {
      return std::any_of(level.entries.begin(), level.entries.end(),
                         [&](const support::DirectoryEntry& entry) { return entry.name == name; });
    };
    // The top of the walk may be the top of a repository that is open already.
    if (!levels_.empty() && has(".git")) level.opened_scope = OpenRepository(path);
    if (level.opened_scope) level.only_tracked = false;
    level.outer_rules = scopes_.back().rules.size();
    const std::string base = path == "/" ? std::string() : path;
    if (has(".gitignore")) ReadIgnores(base + "/.gitignore", base);
    levels_.push_back(std::move(level));
  }

  void Leave() {
    if (levels_.back().opened_scope) {
      CloseScope();
    } else {
      // The rules of a .gitignore apply to its own directory and those below.
      scopes_.back().rules.Truncate(levels_.back().outer_rules);
    }
    levels_.pop_back();
    if (levels_.empty()) CloseScope();
  }

  void CloseScope() {
    const std::unique_ptr<GitRepository>& repository = scopes_.back().repository;
    if (repository != nullptr && repository->problem()) {
      report_(support::ErrorOf(*repository->problem()));
    }
    scopes_.pop_back();
  }

  void Take(const support::DirectoryEntry& entry) {
    const Level& level = levels_.back();
    const bool is_policy = !entry.is_directory && is_wanted_(entry.name);
    if (!is_policy && !entry.is_directory) return;
    const std::string own = (level.path == "/" ? std::string() : level.path) + "/" + entry.name;
    const std::string own_shown = level.shown.empty() || level.shown.ends_with('/')
                                      ? level.shown + entry.name
                                      : level.shown + "/" + entry.name;
    Scope& scope = scopes_.back();
    const bool is_hidden = entry.is_directory && entry.name.starts_with('.');
    const bool ignored =
        level.only_tracked || is_hidden || scope.rules.IsIgnored(own, entry.is_directory);
    if (ignored &&
        (scope.repository == nullptr || !scope.repository->Tracks(own, entry.is_directory))) {
      return;
    }
    if (!is_policy) {
      Enter(own_shown, own, ignored);
      return;
    }
    // Keep a dangling link: the user should see that it cannot be read.
    const PathKind kind = files_.KindOf(own);
    if (kind != PathKind::Directory && kind != PathKind::Special) found_.paths.push_back(own_shown);
  }

  FileSystem& files_;
  PolicyFiles& found_;
  llvm::function_ref<bool(std::string_view)> is_wanted_;
  ReportError report_;
  std::vector<Scope> scopes_;
  std::vector<Level> levels_;
};

PolicyFiles FilesOf(FileSystem& files, const std::string& operand,
                    llvm::function_ref<bool(std::string_view)> is_wanted, ReportError report) {
  PolicyFiles found;
  if (operand == "-" || files.KindOf(operand) != PathKind::Directory) {
    found.paths.push_back(operand);
    return found;
  }
  found.is_directory = true;
  Walker(files, found, is_wanted, report)
      .Walk(operand == "." ? "" : Shown(operand), files.Real(operand));
  return found;
}

}  // namespace

PolicyFiles PoliciesOf(FileSystem& files, const std::string& operand, ReportError report) {
  return FilesOf(files, operand, IsPolicyName, report);
}

PolicyFiles PoliciesAndClaimsOf(FileSystem& files, const std::string& operand, ReportError report) {
  const auto is_wanted = [](std::string_view name) {
    return IsPolicyName(name) || IsClaimsName(name);
  };
  return FilesOf(files, operand, is_wanted, report);
}

PolicyFiles PoliciesAndTestsOf(FileSystem& files, const std::string& operand, ReportError report) {
  const auto is_wanted = [](std::string_view name) {
    return IsPolicyName(name) || IsClaimsName(name) || name.ends_with(".jsonl");
  };
  return FilesOf(files, operand, is_wanted, report);
}

std::string NoPolicies(const std::string& operand) {
  return support::Quoted(operand) +
         " has no policies (*.pol, *.ipe, *.policy), apart from files that git ignores, files in "
         "hidden directories and files that ipec.toml excludes";
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
