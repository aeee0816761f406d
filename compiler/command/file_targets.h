#pragma once

// The targets of the files of a call: the options `--target` and `--kernel`, which may be repeated,
// or else the `ipec.toml` of each file.

#include <set>
#include <span>
#include <string>
#include <vector>

#include "compiler/command/command.h"
#include "compiler/pipeline/config_files.h"
#include "compiler/targets/targets.h"
#include "llvm/Support/Error.h"

namespace ipec::command {

// The values of an option that takes several at once: `--target=a,b` is `--target=a --target=b`.
std::vector<std::string> SplitValues(std::span<const std::string> values);

// Targets with the names that messages give them.
struct NamedTargets {
  std::vector<const targets::Target*> targets;
  std::vector<std::string> names;
};

// The targets and kernels that the options name.
class ChosenTargets {
 public:
  // The error: a target does not exist.
  llvm::Error ChooseTargets(std::span<const std::string> names);
  // Returns false after an error message.
  bool ReadKernels(std::span<const std::string> paths, std::span<const std::string> operands,
                   Environment& env);

  bool has_kernels() const { return !kernels_.empty(); }
  bool has_several_kernels() const { return kernels_.size() > 1; }
  // Whether the options name neither.
  bool empty() const { return targets_.empty() && kernels_.empty(); }
  // The error: a kernel of the configuration is of a release without a target.
  llvm::Expected<NamedTargets> For(const pipeline::Config& config, const std::string& path) const;
  // The same of the kernels that the options name, each on its own: two that read policies alike
  // are two.
  llvm::Expected<NamedTargets> ForEachKernel(const pipeline::Config& config,
                                             const std::string& path) const;

 private:
  std::vector<const targets::Target*> targets_;
  std::vector<pipeline::Kernel> kernels_;
};

class FileTargets {
 public:
  explicit FileTargets(Environment& env) : env_(env), configs_(env.files) {}

  // Returns false after an error message.
  bool Choose(std::span<const std::string> targets, std::span<const std::string> kernels,
              std::span<const std::string> operands);

  // The error is one in the configuration. Notes on its kernels go to `env.err`, each once.
  llvm::Expected<NamedTargets> For(const std::string& path);
  llvm::Expected<NamedTargets> ForEachKernel(const std::string& path);
  // The configurations that were read.
  pipeline::Configs& configs() { return configs_; }
  const ChosenTargets& chosen() const { return chosen_; }
  // The path of its configuration; empty if it has none.
  const std::string& ConfigOf(const std::string& path) { return configs_.FileFor(path).path; }
  // Null, or the configuration that leaves the file out.
  llvm::Expected<const pipeline::Config*> ExcludedBy(const std::string& path);

 private:
  llvm::Expected<const pipeline::Config*> ConfigWithNotes(const std::string& path);

  Environment& env_;
  pipeline::Configs configs_;
  ChosenTargets chosen_;
  std::set<const pipeline::Config*> noted_;  // the notes of these are printed
};

}  // namespace ipec::command
