#pragma once

// From the operands of `ipec lint` and `ipec fmt` to files: a directory stands for the policies in
// and below it.

#include <set>
#include <string>
#include <vector>

#include "compiler/support/file_system.h"

namespace ipec::pipeline {

struct PolicyFiles {
  std::vector<std::string> paths;     // as the operand names them, in order of name
  bool is_directory = false;          // the operand is one
  std::vector<std::string> problems;  // what could not be read, one message each
};

// What `operand` stands for: itself, or the policies (`*.pol`, `*.ipe`, `*.policy`) in and below it
// without those that git ignores: by `.gitignore`, `info/exclude` and core.excludesFile of the
// repository that holds them, which for a submodule, or a repository within another, is the inner
// one. A file that git tracks is never ignored. Outside of repositories a `.gitignore` counts, too.
// Hidden directories and links to directories are not entered, and pipes, sockets and devices are
// left alone, whatever their name. What is named is taken, whatever is ignored.
PolicyFiles PoliciesOf(support::FileSystem& files, const std::string& operand);

// The message for a directory in which there is nothing to do.
std::string NoPolicies(const std::string& operand);

// Files that are named several times, also by different spellings, are taken once. One operand
// stands for each file once, so that the files of a large folder need not be remembered.
class FilesOnce {
 public:
  FilesOnce(support::FileSystem& files, std::size_t operands)
      : files_(files), remembers_(operands > 1) {}

  // Whether the path is new; `-` is standard input.
  bool Add(const std::string& path) {
    return !remembers_ || seen_.insert(path == "-" ? path : files_.Absolute(path)).second;
  }

 private:
  support::FileSystem& files_;
  bool remembers_;
  std::set<std::string> seen_;
};

// A path as findings and patches name it: without `./` at its beginning.
std::string Shown(std::string_view path);

}  // namespace ipec::pipeline
