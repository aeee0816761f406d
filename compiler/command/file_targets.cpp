#include "compiler/command/file_targets.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/command/read_kernel.h"
#include "compiler/pipeline/reading.h"
#include "compiler/support/streams.h"
#include "compiler/targets/unknown_target.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::command {

std::vector<std::string> SplitValues(std::span<const std::string> values) {
  std::vector<std::string> words;
  for (const std::string& value : values) {
    llvm::StringRef rest = value;
    while (!rest.empty()) {
      const auto [word, more] = rest.split(',');
      if (!word.empty()) words.push_back(word.str());
      rest = more;
    }
  }
  return words;
}

llvm::Error ChosenTargets::ChooseTargets(std::span<const std::string> names) {
  for (const std::string& name : SplitValues(names)) {
    const targets::Target* const target = targets::FindTarget(name);
    if (target == nullptr) return support::ErrorOf(targets::UnknownTarget(name));
    targets_.push_back(target);
  }
  return llvm::Error::success();
}

bool ChosenTargets::ReadKernels(std::span<const std::string> paths,
                                std::span<const std::string> operands, Environment& env) {
  if (std::count(paths.begin(), paths.end(), "-") > 1) {
    Report(env, ExitStatus::Usage, "`--kernel`: standard input can be read only once");
    return false;
  }
  for (const std::string& path : paths) {
    auto kernel = ReadKernel(path, !targets_.empty(), operands, env);
    if (!kernel) return false;
    kernels_.push_back(std::move(*kernel));
  }
  return true;
}

llvm::Expected<NamedTargets> ChosenTargets::For(const pipeline::Config& config,
                                                const std::string& path) const {
  if (llvm::Error error = pipeline::CheckTargets(config, path, targets_, kernels_)) return error;
  NamedTargets targets{pipeline::Distinct(pipeline::TargetsOf(config, path, targets_, kernels_)),
                       {}};
  targets.names = pipeline::NamesOf(targets.targets, config, path, targets_, kernels_);
  return targets;
}

llvm::Expected<NamedTargets> ChosenTargets::ForEachKernel(const pipeline::Config& config,
                                                          const std::string& path) const {
  if (llvm::Error error = pipeline::CheckTargets(config, path, targets_, kernels_)) return error;
  NamedTargets all;
  for (const pipeline::Kernel& kernel : kernels_) {
    for (const targets::Target* const target :
         pipeline::Distinct(pipeline::TargetsOf(config, path, targets_, std::span(&kernel, 1)))) {
      all.targets.push_back(target);
      all.names.push_back(fmt::format("{} ({})", kernel.file, Describe(*target)));
    }
  }
  return all;
}

bool FileTargets::Choose(std::span<const std::string> targets, std::span<const std::string> kernels,
                         std::span<const std::string> operands) {
  if (llvm::Error error = chosen_.ChooseTargets(targets)) {
    Report(env_, ExitStatus::Usage, llvm::toString(std::move(error)));
    return false;
  }
  return chosen_.ReadKernels(kernels, operands, env_);
}

llvm::Expected<const pipeline::Config*> FileTargets::ConfigWithNotes(const std::string& path) {
  llvm::Expected<const pipeline::Config*> config = configs_.For(path);
  if (!config) return config.takeError();
  if (!chosen_.has_kernels() && noted_.insert(*config).second) {
    for (const pipeline::Kernel& kernel : (*config)->kernels) {
      for (const std::string& note : NotesOn(kernel)) env_.err << "ipec: note: " << note << '\n';
    }
  }
  return *config;
}

llvm::Expected<NamedTargets> FileTargets::For(const std::string& path) {
  llvm::Expected<const pipeline::Config*> config = ConfigWithNotes(path);
  if (!config) return config.takeError();
  return chosen_.For(**config, path);
}

llvm::Expected<NamedTargets> FileTargets::ForEachKernel(const std::string& path) {
  llvm::Expected<const pipeline::Config*> config = ConfigWithNotes(path);
  if (!config) return config.takeError();
  return chosen_.ForEachKernel(**config, path);
}

llvm::Expected<const pipeline::Config*> FileTargets::ExcludedBy(const std::string& path) {
  llvm::Expected<const pipeline::Config*> config = configs_.For(path);
  if (!config) return config.takeError();
  return pipeline::IsExcluded(**config, path) ? *config : nullptr;
}

}  // namespace ipec::command
