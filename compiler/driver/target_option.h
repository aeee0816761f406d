#pragma once

// The option `--target` of commands that read a policy for one target.

#include <optional>
#include <string>

#include "compiler/command/command.h"
#include "compiler/targets/targets.h"

namespace ipec::driver {

// The options of commands that have a target.
struct TargetOptions : command::CommonOptions {
  std::optional<std::string> target;
};
inline constexpr command::OptionOf<TargetOptions> kTargetOption =
    command::Value<&TargetOptions::target>("--target", "T",
                                           "the kernel dialect; `ipec targets` lists them");

// The requested target, or the default one; null after an error message.
const targets::Target* TargetOf(const TargetOptions& options, command::Environment& env);

}  // namespace ipec::driver
