#pragma once

// How reports name files, however the operands of a call are spelled: the same file of the same
// commit has the same name in every checkout.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/support/file_system.h"

namespace ipec::pipeline {

// The directory that holds `path`, both from `/`; `/` holds itself.
std::string Parent(const std::string& path);

class ReportPaths {
 public:
  // `operands` of the call; `-` is standard input. All files of one call have one root: that of the
  // repository of the working directory, else of the first operand that is in a repository, else
  // the working directory.
  ReportPaths(support::FileSystem& files, std::span<const std::string> operands);

  // For terminals and for programs that run where `ipec` runs, as `patch` does: from the working
  // directory if the file is below it, else as `path` says, without `./` at its beginning.
  std::string FromHere(const std::string& path);

  // For patches, whose names begin neither with `/` nor with `..`: from the working directory if
  // all operands are below it, else as FromRoot, without the `/`.
  std::string ForPatch(const std::string& path);

  // For reviewers of a repository: from the root if the file is below it, else from `/`.
  std::string FromRoot(const std::string& path);

 private:
  // A directory, and its path below the last queried directory.
  struct Base {
    std::string path;
    std::string directory;                // the queried directory
    std::optional<std::string> relative;  // with a trailing slash; nothing: not below
  };
  std::optional<std::string> Below(Base& base, const std::string& absolute);

  support::FileSystem& files_;
  Base here_;
  Base root_;
  bool all_below_here_ = true;
};

}  // namespace ipec::pipeline
