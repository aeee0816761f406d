#include "compiler/driver/target_option.h"

#include "compiler/command/read_kernel.h"
#include "compiler/targets/unknown_target.h"

namespace ipec::driver {

using command::Environment;
using command::ExitStatus;

namespace {

// Null after an error message.
const targets::Target* Named(const std::string& name, Environment& env) {
  const targets::Target* target = targets::FindTarget(name);
  if (target != nullptr) return target;
  command::Report(env, ExitStatus::Usage, targets::UnknownTarget(name));
  return nullptr;
}

}  // namespace

const targets::Target* TargetOf(const TargetOptions& options, Environment& env) {
  std::optional<pipeline::Kernel> kernel;
  return TargetOf(options, env, kernel);
}

const targets::Target* TargetOf(const TargetOptions& options, Environment& env,
                                std::optional<pipeline::Kernel>& kernel) {
  const targets::Target* target = nullptr;
  if (options.target) {
    target = Named(*options.target, env);
    if (target == nullptr) return nullptr;
  }
  if (options.kernel) {
    kernel = command::ReadKernel(*options.kernel, target != nullptr, options.operands, env);
    if (!kernel) return nullptr;
    if (target == nullptr) target = kernel->profile.target;
    return &target->Without(kernel->profile.missing);
  }
  return target == nullptr ? &targets::DefaultTarget() : target;
}

}  // namespace ipec::driver
