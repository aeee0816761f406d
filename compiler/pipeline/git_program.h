#pragma once

// Calls of the program `git` that read a local repository: nothing is written, fetched or asked.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/programs.h"
#include "llvm/Support/Error.h"

namespace ipec::pipeline {

// Runs git in a directory.
class Git {
 public:
  Git(support::ProgramRunner& programs, std::string directory)
      : programs_(&programs), directory_(std::move(directory)) {}

  const std::string& directory() const { return directory_; }

  // The result, whatever the exit status is.
  llvm::Expected<support::ProgramResult> Run(std::vector<std::string> arguments,
                                             std::string input = {}) const;
  // The output; another exit status than 0 is an error with git's own message.
  llvm::Expected<std::string> Output(std::vector<std::string> arguments,
                                     std::string input = {}) const;

 private:
  support::ProgramRunner* programs_;
  std::string directory_;
};

// The first line that git wrote to standard error, but for warnings, and without `fatal: `.
std::string MessageOf(const support::ProgramResult& result);

struct WorkTree {
  std::string root;         // its top, links resolved
  bool is_shallow = false;  // the repository has a part of its history only
};

// The work tree that a directory is in. The errors say what is wrong with the repository.
llvm::Expected<WorkTree> WorkTreeOf(const Git& git);

}  // namespace ipec::pipeline
