#pragma once

// The input of commands that take a policy: its file and its target.

#include <optional>
#include <string>

#include "compiler/command/command.h"
#include "compiler/pipeline/policy_file.h"

namespace ipec::driver {

// Returns only errors of reading.
llvm::Expected<pipeline::PolicyFile> ReadPolicyFile(const std::string& operand,
                                                    command::Environment& env);

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
