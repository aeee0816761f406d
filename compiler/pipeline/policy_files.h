#pragma once

// From the operands of `ipec lint` and `ipec fmt` to files: a folder stands for the policies in and
// below it.

#include <set>
#include <string>
#include <vector>

#include "compiler/support/file_system.h"

namespace ipec::pipeline {

struct PolicyFiles {
  std::vector<std::string> paths;     // as the operand names them, in order of name
  std::vector<std::string> problems;  // folders that could not be read, in words for people
};

// What `operand` stands for: itself, or the policies (`*.pol`, `*.ipe`, `*.policy`) in and below it
// without those that git ignores by a `.gitignore` there or above it in the same repository, or by
// `.git/info/exclude`. Hidden folders and links to folders are not entered, and pipes, sockets and
// devices are left alone, whatever their name. What is named is taken, whatever is ignored.
PolicyFiles PoliciesOf(support::FileSystem& files, const std::string& operand);

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
