#pragma once

// One `ipec lint` call: operands become files, each file with its settings becomes findings,
// findings go to outputs. A file that cannot be read, or whose configuration is wrong, gets a
// message, and the others are still linted.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/command/command.h"

namespace ipec::lint {

// Filled from the table in lint_command.cpp.
struct LintOptions : command::CommonOptions {
  std::vector<std::string> targets;
  std::vector<std::string> kernels;
  std::vector<std::string> select;
  std::vector<std::string> ignore;
  std::vector<std::string> severity;
  std::optional<std::string_view> fail_on;
  bool exit_zero = false;
  bool fix = false;
  bool unsafe_fixes = false;
  bool diff = false;
  std::vector<std::string> outputs;
  bool statistics = false;
  std::optional<std::string> baseline;
  bool write_baseline = false;
  bool error_on_empty = false;
  std::optional<std::string> config;
  bool show_config = false;
  std::optional<std::string> stdin_filename;
  std::optional<std::string> against;
  std::optional<std::string> with;
};

command::ExitStatus RunLint(const LintOptions& options, command::Environment& env);

}  // namespace ipec::lint
