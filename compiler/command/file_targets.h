#pragma once

// The targets of each file of a call: the options `--target` and `--kernel`, which may be repeated,
// or else the `ipec.toml` of the file.

#include <span>
#include <string>
#include <vector>

#include "compiler/command/command.h"
#include "compiler/pipeline/config_files.h"
#include "compiler/targets/targets.h"

namespace ipec::command {

// Targets with the names that messages give them.
struct NamedTargets {
  std::vector<const targets::Target*> targets;
  std::vector<std::string> names;
};

class FileTargets {
 public:
  explicit FileTargets(Environment& env) : env_(env), configs_(env.files) {}

  // Returns false after an error message: a target does not exist, or a kernel cannot be read.
  bool Choose(std::span<const std::string> targets, std::span<const std::string> kernels,
              std::span<const std::string> operands);

  // Notes on kernels go to `env.err`, each once. The error is one in the configuration.
  llvm::Expected<NamedTargets> For(const std::string& path);
  // Whether the configuration leaves the file out.
  llvm::Expected<bool> Excludes(const std::string& path);

 private:
  Environment& env_;
  pipeline::Configs configs_;
  std::vector<const targets::Target*> targets_;
  std::vector<pipeline::Kernel> kernels_;
  const pipeline::Config* noted_ = nullptr;  // its notes are printed
};

}  // namespace ipec::command
