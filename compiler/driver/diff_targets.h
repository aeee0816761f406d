#pragma once

// The kernels that `ipec diff` compares policies for: those of the call, those of the ipec.toml of
// the policy after, or that of a table.

#include <span>
#include <string>

#include "compiler/command/file_targets.h"
#include "compiler/driver/diff_operands.h"
#include "compiler/policy/policy.h"
#include "llvm/Support/Error.h"

namespace ipec::driver {

class DiffTargets {
 public:
  // `on_two_kernels`: one policy is compared on two of them.
  DiffTargets(bool on_two_kernels, command::Environment& env)
      : on_two_kernels_(on_two_kernels), targets_(env) {}

  // Returns false after an error message.
  bool Choose(std::span<const std::string> targets, std::span<const std::string> kernels,
              std::span<const std::string> operands) {
    return targets_.Choose(targets, kernels, operands);
  }
  pipeline::Configs& configs() { return targets_.configs(); }

  // Two if they are compared. The error: a kernel does not fit the policies or the operations that
  // are compared; `only` is empty for all of them.
  llvm::Expected<command::NamedTargets> For(const DiffPair& pair, policy::OperationSet only);

 private:
  const bool on_two_kernels_;
  command::FileTargets targets_;
};

}  // namespace ipec::driver
