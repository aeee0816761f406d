#pragma once

// From the operands of `ipec test` to policies with their tests: NAME.claims and NAME.jsonl beside
// NAME.pol.

#include <span>
#include <string>
#include <vector>

#include "compiler/command/command.h"
#include "compiler/command/file_targets.h"

namespace ipec::driver {

// The paths of a policy and of its tests. Those without a file are empty.
struct SuiteFiles {
  std::string policy;
  std::string claims;
  std::string events;
  bool in_directory = false;  // an operand is a directory, and none names one of these files

  // All files that may be read for the policy, whether they exist or not.
  std::vector<std::string> Near() const;
};

struct FoundSuites {
  // A file because of which a policy cannot be tested.
  struct Problem {
    command::ExitStatus status;
    std::string path;
    std::string words;
  };
  // Each policy once, whatever files of it the operands name: a policy or its directory means all
  // of its tests, a file of claims or events these tests.
  std::vector<SuiteFiles> suites;
  std::vector<std::string> without_tests;  // policies of directories
  std::vector<Problem> problems;
};

// Files that ipec.toml leaves out are skipped; if an operand names one, there is a message.
FoundSuites FindSuites(std::span<const std::string> operands, command::FileTargets& targets,
                       command::Environment& env);

}  // namespace ipec::driver
