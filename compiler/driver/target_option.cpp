#include "compiler/driver/target_option.h"

#include "compiler/targets/unknown_target.h"

namespace ipec::driver {

using command::Environment;
using command::ExitStatus;

const targets::Target* TargetOf(const TargetOptions& options, Environment& env) {
  if (!options.target) return &targets::DefaultTarget();
  const std::string& name = *options.target;
  const targets::Target* target = targets::FindTarget(name);
  if (target != nullptr) return target;
  command::Report(env, ExitStatus::Usage, targets::UnknownTarget(name));
  return nullptr;
}

}  // namespace ipec::driver
