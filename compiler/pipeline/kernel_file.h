#pragma once

// The kernel configurations that `--kernel` and the key `kernel` of ipec.toml name.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/file_system.h"
#include "compiler/targets/kernel_profile.h"
#include "llvm/Support/Error.h"

namespace ipec::pipeline {

// A profile, with the name of the file that it is from.
struct Kernel {
  std::string file;
  targets::KernelProfile profile;
  friend bool operator==(const Kernel&, const Kernel&) = default;
};

// The text of a file, cut where it is longer than any configuration: ParseKernel rejects it then.
llvm::Expected<std::string> ReadKernelFile(support::FileSystem& files, const std::string& path);
// The error: the text is not a configuration. `command_line` is that of the boot loader.
llvm::Expected<Kernel> ParseKernel(const std::string& path, std::string_view text,
                                   std::string_view command_line = {});

// ParseKernel and CheckKernel.
llvm::Expected<Kernel> ReadKernel(const std::string& path, std::string_view text,
                                  bool has_chosen_target);

// Whether policies can be judged for the kernel: the error is that it has no IPE or, without a
// `chosen` target, that no target is for its release.
llvm::Error CheckKernel(const Kernel& kernel, bool has_chosen_target);

// Messages about a kernel for which policies are judged: that IPE may be off, and what a fragment
// does not say. Missing properties are reported by rule, so they are left out.
std::vector<std::string> NotesOn(const Kernel& kernel);

// The targets of policies that run on these kernels: each of `chosen` on each kernel, or else that
// of each kernel (the default one where it has none, which CheckKernel reports); `chosen` where
// there are no kernels. Without repetitions.
std::vector<const targets::Target*> TargetsOn(std::span<const Kernel> kernels,
                                              std::span<const targets::Target* const> chosen);

}  // namespace ipec::pipeline
