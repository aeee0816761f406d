#pragma once

// The options `--target` and `--kernel` of commands that read a policy for one target.

#include <optional>
#include <string>

#include "compiler/command/command.h"
#include "compiler/pipeline/kernel_file.h"
#include "compiler/targets/targets.h"

namespace ipec::driver {

// The options of commands that have a target.
struct TargetOptions : command::CommonOptions {
  std::optional<std::string> target;
  std::optional<std::string> kernel;
};
inline constexpr command::OptionOf<TargetOptions> kTargetOption =
    command::Value<&TargetOptions::target>("--target", "T",
                                           "the kernel dialect; `ipec targets` lists them");

inline constexpr command::OptionOf<TargetOptions> kKernelOption =
    command::Value<&TargetOptions::kernel>("--kernel", "CONFIG",
                                           "the configuration of the kernel: target, missing "
                                           "properties");

// The requested target, that of the kernel, or the default one, without the properties that the
// kernel was built without; null after an error message. Notes on the kernel go to `env.err`.
const targets::Target* TargetOf(const TargetOptions& options, command::Environment& env);
// The same; `kernel` gets the kernel that `--kernel` names.
const targets::Target* TargetOf(const TargetOptions& options, command::Environment& env,
                                std::optional<pipeline::Kernel>& kernel);

}  // namespace ipec::driver
