#include "compiler/pipeline/kernel_file.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "compiler/support/streams.h"

namespace ipec::pipeline {

using diagnostics::Severity;
using targets::Target;

llvm::Expected<std::string> ReadKernelFile(support::FileSystem& files, const std::string& path) {
  llvm::Expected<std::unique_ptr<support::ByteSource>> source = files.Open(path);
  if (!source) return source.takeError();
  // A byte more than is allowed, so that the parser reports a longer text.
  return support::ReadAtMost(**source, targets::kLongestKernelConfig + 1);
}

llvm::Expected<Kernel> ParseKernel(const std::string& path, std::string_view text,
                                   std::string_view command_line) {
  llvm::Expected<targets::KernelConfig> config = targets::KernelConfig::Parse(path, text);
  if (!config) return config.takeError();
  return Kernel{path, targets::ProfileOf(*config, command_line)};
}

llvm::Expected<Kernel> ReadKernel(const std::string& path, std::string_view text,
                                  bool has_chosen_target) {
  llvm::Expected<Kernel> kernel = ParseKernel(path, text);
  if (!kernel) return kernel.takeError();
  if (llvm::Error error = CheckKernel(*kernel, has_chosen_target)) return error;
  return kernel;
}

llvm::Error CheckKernel(const Kernel& kernel, bool has_chosen_target) {
  const targets::KernelProfile& profile = kernel.profile;
  if (profile.ipe != targets::Setting::Off && (profile.target != nullptr || has_chosen_target)) {
    return llvm::Error::success();
  }
  const std::string_view name =
      profile.ipe == targets::Setting::Off ? "kernel-without-ipe" : "unknown-release";
  for (const targets::ProfileFinding& finding : profile.findings) {
    if (finding.name == name) return support::ErrorOf(kernel.file + ": " + finding.message);
  }
  return llvm::Error::success();
}

std::vector<std::string> NotesOn(const Kernel& kernel) {
  std::vector<std::string> notes;
  for (const targets::ProfileFinding& finding : kernel.profile.findings) {
    if (finding.severity > Severity::Warning || finding.name == "property-not-built" ||
        finding.name == "unknown-release") {
      continue;
    }
    notes.push_back(kernel.file + ": " + finding.message);
  }
  return notes;
}

std::vector<const Target*> TargetsOn(std::span<const Kernel> kernels,
                                     std::span<const Target* const> chosen) {
  if (kernels.empty()) return {chosen.begin(), chosen.end()};
  std::vector<const Target*> targets;
  const auto add = [&](const Target* target) {
    if (std::find(targets.begin(), targets.end(), target) == targets.end()) {
      targets.push_back(target);
    }
  };
  for (const Kernel& kernel : kernels) {
    for (const Target* const target : chosen) add(&target->Without(kernel.profile.missing));
    if (!chosen.empty()) continue;
    const Target* const own = kernel.profile.target;
    add(own != nullptr ? own : &targets::DefaultTarget().Without(kernel.profile.missing));
  }
  return targets;
}

}  // namespace ipec::pipeline
