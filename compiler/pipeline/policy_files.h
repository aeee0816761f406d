#pragma once

// From the operands of `ipec lint` and `ipec fmt` to files: a directory means the policies in and
// below it.

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/file_system.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

namespace ipec::pipeline {

// In bytes. Below a longer path a tree is a mistake, or made to keep the program busy: it has no
// policies and no ipec.toml.
inline constexpr std::size_t kLongestPath = 16384;

struct PolicyFiles {
  std::vector<std::string> paths;  // as the operand names them, sorted by name
  bool is_directory = false;       // the operand is a directory
};

// The files of `operand`: itself, or the policies (`*.pol`, `*.ipe`, `*.policy`) in and below it,
// except those that git ignores: by `.gitignore`, `info/exclude` and core.excludesFile of the
// repository that contains them, which for a submodule, or a repository within another, is the
// inner one. Files in hidden directories count as ignored. A file that git tracks is never ignored.
// Outside of repositories, the `.gitignore` files in and below the operand apply too. Links to
// directories are skipped, and so are pipes, sockets and devices, whatever their name. An operand
// is never ignored itself: a file is used, and a directory is searched, even if git ignores it or a
// directory above it.
//
// `report` gets the error of each path that cannot be read, and the search continues.
using ReportError = llvm::function_ref<void(llvm::Error)>;
PolicyFiles PoliciesOf(support::FileSystem& files, const std::string& operand, ReportError report);

// The same, with the files of claims (`*.claims`).
PolicyFiles PoliciesAndClaimsOf(support::FileSystem& files, const std::string& operand,
                                ReportError report);

// The same, with the files of events (`*.jsonl`).
PolicyFiles PoliciesAndTestsOf(support::FileSystem& files, const std::string& operand,
                               ReportError report);

// The message for a directory without policies.
std::string NoPolicies(const std::string& operand);

// Files that are named several times, even by different spellings, are used once. A single operand
// contains each file once, so the files of a large directory need not be stored.
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

// A path as in findings and patches: without `./` at its beginning.
std::string Shown(std::string_view path);

}  // namespace ipec::pipeline
