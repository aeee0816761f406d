#pragma once

// git's own configuration, as far as it decides which files git ignores and how it writes its
// index. `git` itself is never run: a repository can name programs that it would run.

#include <optional>
#include <string>
#include <string_view>

#include "compiler/support/file_system.h"
#include "llvm/ADT/STLExtras.h"

namespace ipec::pipeline {

// Calls `take(name, value)` for each setting of a configuration file, in order. A name is
// `section.key` or `section.subsection.key`, in lowercase except for the subsection. Stops at the
// first line that git does not understand.
void ReadGitConfig(std::string_view text,
                   llvm::function_ref<void(const std::string&, const std::string&)> take);

struct GitSettings {
  std::optional<std::string> excludes_file;  // core.excludesFile; empty: none
  bool ignores_case = false;                 // core.ignoreCase
  bool worktree_config = false;              // extensions.worktreeConfig
  std::size_t hash_size = 20;                // extensions.objectFormat: 20 for sha1, 32 for sha256
};

// The settings of the repository whose `.git` is `git_dir`: from the files of the system, the user
// and the repository, with the files that they include (`include.path`, `includeIf.gitdir:…`). An
// unreadable file counts as empty. `~` is the user's home.
GitSettings GitSettingsOf(support::FileSystem& files, const std::string& git_dir,
                          const std::string& common_dir);

// The file of patterns for all repositories of the user; empty if there is none. A relative
// core.excludesFile is relative to `root`, the top of the work tree.
std::string ExcludesFileOf(support::FileSystem& files, const GitSettings& settings,
                           const std::string& root);

}  // namespace ipec::pipeline
