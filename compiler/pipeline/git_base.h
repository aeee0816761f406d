#pragma once

// The base of a comparison from git: the policies of a work tree as they were in another revision.
// Reads the objects of the local repository by the program `git`; fetches and writes nothing.
//
// A base that cannot be read is an error. It never looks like a policy that is new.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/pipeline/git_revision.h"
#include "compiler/pipeline/git_tree.h"
#include "compiler/support/file_system.h"
#include "compiler/support/programs.h"
#include "llvm/Support/Error.h"

namespace ipec::pipeline {

// A file as it was in the base.
struct BaseFile {
  enum class State : std::uint8_t { Same, Renamed, New };
  State state = State::Same;
  // `git:main:device.pol`: what reports call it, and, without `git:`, what git does. Of a new file,
  // the name that it would have.
  std::string name;
  std::string bytes = {};     // none of a new file
  bool is_submodule = false;  // one that was removed, with all policies in it
};

struct BaseFiles {
  std::vector<BaseFile> files = {};  // for each path, in the same order
  // Policies by name, and submodules, in the base only; sorted. Those below the operand.
  std::vector<BaseFile> deleted = {};
  // Policies of the whole repository, for new files, which may be renamed beyond what git detects.
  std::vector<BaseFile> replaceable = {};
};

class GitBase {
 public:
  GitBase(support::FileSystem& files, support::ProgramRunner& programs, Revision revision)
      : files_(files), programs_(programs), revision_(std::move(revision)) {}

  // The base of the files that PoliciesOf found for an operand. The revision is one of the
  // repository that the operand is in; in a submodule within a directory, it is the commit that the
  // revision has for the submodule. Deleted policies are only searched for if it is a directory.
  llvm::Expected<BaseFiles> For(const std::string& operand, bool is_directory,
                                std::span<const std::string> paths);

 private:
  llvm::Expected<GitTree*> TreeOf(const std::string& directory);
  llvm::Expected<std::string> Resolve(const WorkTree& tree, const std::string& name) const;
  llvm::Expected<std::string> MergeBase(const WorkTree& tree, const std::string& object) const;
  static llvm::Expected<GitTree::Place> Locate(GitTree& top, const std::string& path,
                                               BaseFile::State& state);
  std::optional<std::string> Below(const std::string& root, const std::string& path);
  enum class AbsentSubmodules : std::uint8_t { Checked, Skipped };
  llvm::Error FindDeleted(GitTree& tree, const std::string& prefix, AbsentSubmodules absent,
                          std::vector<BaseFile>& deleted);

  support::FileSystem& files_;
  support::ProgramRunner& programs_;
  const Revision revision_;
  std::map<std::string, GitTree*> by_directory_;
  std::map<std::string, std::unique_ptr<GitTree>> by_root_;
};

}  // namespace ipec::pipeline
