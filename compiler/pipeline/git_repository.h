#pragma once

// The files of a work tree that git ignores, and those that it tracks. Reads the files that git
// reads; runs and writes nothing.

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/pipeline/git_config.h"
#include "compiler/support/file_system.h"

namespace ipec::pipeline {

// The extensions of policies in directories.
bool IsPolicyName(std::string_view name);
// The extension of files of claims: only their names tell them from policies.
bool IsClaimsName(std::string_view name);
// The policies that a file of claims can be about, of the same name: `a/b.claims` about `a/b.pol`,
// `a/b.ipe` or `a/b.policy`.
std::vector<std::string> PoliciesBeside(std::string_view claims);

// The lines of `.gitignore` and similar files; a later one takes precedence.
class IgnoreRules {
 public:
  // Adds the lines of the file at `path`, for paths below `directory`. An unreadable file adds
  // nothing, as in git.
  void Read(support::FileSystem& files, const std::string& path, const std::string& directory);
  bool IsIgnored(std::string_view path, bool is_directory) const;
  std::size_t size() const { return rules_.size(); }
  void Truncate(std::size_t size) { rules_.resize(size); }

  bool any_case = false;  // case is ignored

 private:
  // A pattern for paths below `base`, which ends in a slash.
  struct Rule {
    std::string base;
    std::string pattern;
    bool negated = false;
    bool directories_only = false;
    bool anywhere = false;  // no slash: matches the last name of a path
  };
  std::vector<Rule> rules_;
};

class GitRepository {
 public:
  // The repository whose work tree has its top at `directory`, found by a `.git` that is the
  // directory of a repository or a file that names one (a submodule, a linked work tree); null if
  // there is none.
  static std::unique_ptr<GitRepository> At(support::FileSystem& files,
                                           const std::string& directory);

  // Begins with the rules outside of `.gitignore` files: core.excludesFile, then info/exclude.
  IgnoreRules CommonRules() const;

  // Whether git tracks the policy at `path`, or, for a directory, a policy or a submodule in or
  // below it, or the directory as a submodule. The index is read on the first call; if it cannot be
  // read, nothing is tracked, and `problem` has the reason.
  bool Tracks(const std::string& path, bool is_directory);
  const std::optional<std::string>& problem() const { return problem_; }

 private:
  GitRepository(support::FileSystem& files, std::string root)
      : files_(files), root_(std::move(root)) {}
  bool Open();
  void ReadIndex();
  llvm::Error ReadIndexes();

  support::FileSystem& files_;
  std::string root_;        // without a slash at its end
  std::string git_dir_;     // of this work tree
  std::string common_dir_;  // of the repository, which may have several
  GitSettings settings_;
  bool has_index_ = false;            // it was read
  std::set<std::string> tracked_;     // policies and submodules, from the root of the work tree on
  std::vector<std::string> unknown_;  // directories of a sparse index, with a slash
  std::optional<std::string> problem_;
};

}  // namespace ipec::pipeline
