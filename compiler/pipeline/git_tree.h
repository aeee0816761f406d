#pragma once

// The files of one revision, read from the objects of the local repository by `git`.
//
//   in   a work tree, and a commit or tree of its repository
//   out  where a path leads in that tree: over links, into submodules; the bytes of files
//
// An object that is missing or damaged is an error and never looks like a file that does not exist:
// the tree is listed as a whole by `git ls-tree`, since `git diff` and `git cat-file` skip trees
// that they cannot read.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/pipeline/git_program.h"
#include "compiler/support/file_system.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace ipec::pipeline {

class GitTree {
 public:
  enum class Kind : std::uint8_t { File, Link, Submodule };
  struct Entry {
    llvm::StringRef path;  // from the top of the work tree
    Kind kind = Kind::File;
    llvm::StringRef object;  // its name, hex digits
  };
  // Where a path leads.
  struct Place {
    GitTree* tree = nullptr;      // itself, or that of a submodule
    std::string path;             // in this tree
    const Entry* file = nullptr;  // null: the tree has no file there
  };

  // `object` is the name of a commit or a tree. `shown` begins the names of its files in messages:
  // `git:main:`.
  static llvm::Expected<std::unique_ptr<GitTree>> Open(support::FileSystem& files,
                                                       support::ProgramRunner& programs,
                                                       std::string root, const std::string& object,
                                                       std::string shown);

  const std::string& root() const { return git_.directory(); }
  // The name of a file in messages.
  std::string Shown(llvm::StringRef path) const { return shown_ + path.str(); }

  // Follows links and enters submodules that are checked out. The error: a link leads to nothing or
  // out of the repository, or a submodule cannot be read.
  llvm::Expected<Place> Find(llvm::StringRef path);
  // In order of their paths.
  std::span<const Entry> entries() const { return entries_; }
  // The tree of a submodule. The error: it is not checked out, or its commit is missing.
  llvm::Expected<GitTree*> Enter(const Entry& submodule);
  // Whether the index lacks a submodule that is not checked out. The error: it has another commit
  // there.
  llvm::Expected<bool> IsRemoved(const Entry& submodule) const;

  // The bytes of files and links, in the same order, by one call of git.
  llvm::Expected<std::vector<std::string>> Read(std::span<const Entry* const> files) const;

  // The earlier path of each file that git considers renamed since this tree, by its path in the
  // index: of policies, and of files whose name ends with `extension` if it is not empty.
  llvm::Expected<const std::map<std::string, std::string>*> Renames(const std::string& extension);

 private:
  GitTree(support::FileSystem& files, support::ProgramRunner& programs, std::string root,
          std::string shown)
      : files_(files),
        programs_(programs),
        git_(programs, std::move(root)),
        shown_(std::move(shown)) {}
  llvm::Error List(const std::string& object);
  const Entry* At(llvm::StringRef path) const;

  support::FileSystem& files_;
  support::ProgramRunner& programs_;
  Git git_;
  std::string shown_;
  std::string object_;
  std::string listing_;  // the entries are parts of it
  std::vector<Entry> entries_;
  std::map<std::string, std::unique_ptr<GitTree>> submodules_;
  std::map<std::string, std::map<std::string, std::string>> renames_;
};

}  // namespace ipec::pipeline
