#pragma once

// The names of revisions: `git:REV` and `git:merge-base:REV`, and the commits of a repository that
// they are.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/pipeline/git_program.h"
#include "llvm/Support/Error.h"

namespace ipec::pipeline {

struct Revision {
  std::string name;            // REV: whatever git accepts for a commit
  bool is_merge_base = false;  // the best common ancestor of REV and HEAD
};

// Nothing: the word names a file. The error: no revision has this name.
llvm::Expected<std::optional<Revision>> ParseRevision(std::string_view word);

// The way out of a history that is cut off.
inline constexpr std::string_view kFetchAll =
    "the repository is a shallow clone: fetch its history (`fetch-depth: 0` of actions/checkout, "
    "`GIT_DEPTH: 0` in GitLab, `git fetch --unshallow` elsewhere)";

class RevisionNames {
 public:
  explicit RevisionNames(Git git) : git_(std::move(git)) {}

  // The object with this name, which need not exist if the name is a hash; empty: none has it.
  llvm::Expected<std::string> ObjectNamed(const std::string& name) const;
  // The error that `name` is not a commit, with a way out that helps. `object`: that it names, or
  // empty.
  llvm::Error WhyNoCommit(const WorkTree& tree, const std::string& name,
                          const std::string& object) const;

 private:
  // The type of an object; empty: the repository does not have it.
  llvm::Expected<std::string> TypeOf(const std::string& object) const;
  // The longest beginning of a name like `main~50` that is a name, too; may be empty.
  llvm::Expected<std::string> KnownBeginning(const std::string& name) const;
  // The first remote-tracking name that ends with `/name`, as a base.
  std::optional<std::string> RemoteName(const std::string& name) const;

  Git git_;
};

}  // namespace ipec::pipeline
