#pragma once

// Reading the file of an option `--kernel`: the same for every command.

#include <optional>
#include <span>
#include <string>

#include "compiler/command/command.h"
#include "compiler/pipeline/kernel_file.h"

namespace ipec::command {

// Prints notes on the kernel, or an error, to `env.err`. Nothing after an error: the file cannot be
// read, is not the configuration of a kernel with IPE or, without a chosen target, is for a release
// without a target. It is an error in the call.
// `-` is standard input, unless it is one of the operands.
std::optional<pipeline::Kernel> ReadKernel(const std::string& path, bool has_chosen_target,
                                           std::span<const std::string> operands, Environment& env);

}  // namespace ipec::command
