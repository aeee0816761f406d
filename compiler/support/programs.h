#pragma once

// Runs other programs. Commands get a ProgramRunner through their Environment; tests pass one of
// their own.
//
// A program gets its arguments as they are: no shell reads them. It gets its input and returns its
// output and its error messages through pipes, and no other open file. It has ended when Run
// returns.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "llvm/Support/Error.h"

namespace ipec::support {

struct ProgramCall {
  std::string program;  // the name of a program in one of the directories of PATH, or a path
  std::vector<std::string> arguments;
  std::string input;
  // Environment variables that it gets other values of than this process has; nothing: not set.
  std::vector<std::pair<std::string, std::optional<std::string>>> variables;
  // More output is an error, because memory is limited.
  std::size_t most_output = std::size_t{512} << 20;
};

struct ProgramResult {
  int status = 0;  // 0 to 255
  std::string output;
  std::string messages;  // the first 64 KiB of standard error
};

class ProgramRunner {
 public:
  virtual ~ProgramRunner() = default;

  // Runs a program to its end. Errors: it cannot be started, a signal ended it, or its output is
  // too long. A program need not read its whole input.
  virtual llvm::Expected<ProgramResult> Run(const ProgramCall& call) = 0;
};

// SIGPIPE must be ignored, see PrepareProcess.
class RealProgramRunner final : public ProgramRunner {
 public:
  llvm::Expected<ProgramResult> Run(const ProgramCall& call) override;
};

}  // namespace ipec::support
