#include "compiler/command/file_targets.h"

#include <algorithm>
#include <utility>

#include "compiler/command/read_kernel.h"
#include "compiler/targets/unknown_target.h"

namespace ipec::command {

bool FileTargets::Choose(std::span<const std::string> targets, std::span<const std::string> kernels,
                         std::span<const std::string> operands) {
  for (const std::string& name : targets) {
    const targets::Target* const target = targets::FindTarget(name);
    if (target == nullptr) {
      Report(env_, ExitStatus::Usage, targets::UnknownTarget(name));
      return false;
    }
    targets_.push_back(target);
  }
  if (std::count(kernels.begin(), kernels.end(), "-") > 1) {
    Report(env_, ExitStatus::Usage, "`--kernel`: standard input can be read only once");
    return false;
  }
  for (const std::string& path : kernels) {
    auto kernel = ReadKernel(path, !targets_.empty(), operands, env_);
    if (!kernel) return false;
    kernels_.push_back(std::move(*kernel));
  }
  return true;
}

llvm::Expected<NamedTargets> FileTargets::For(const std::string& path) {
  llvm::Expected<const pipeline::Config*> found = configs_.For(path);
  if (!found) return found.takeError();
  const pipeline::Config& config = **found;
  if (kernels_.empty() && noted_ != &config) {
    for (const pipeline::Kernel& kernel : config.kernels) {
      for (const std::string& note : NotesOn(kernel)) env_.err << "ipec: note: " << note << '\n';
    }
    noted_ = &config;
  }
  if (llvm::Error error = pipeline::CheckTargets(config, path, targets_, kernels_)) return error;
  NamedTargets targets{pipeline::TargetsOf(config, path, targets_, kernels_), {}};
  targets.names = pipeline::NamesOf(targets.targets, config, path, targets_, kernels_);
  return targets;
}

llvm::Expected<bool> FileTargets::Excludes(const std::string& path) {
  llvm::Expected<const pipeline::Config*> found = configs_.For(path);
  if (!found) return found.takeError();
  return pipeline::IsExcluded(**found, path);
}

}  // namespace ipec::command
