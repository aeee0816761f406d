#include "compiler/driver/target_option.h"

#include <string_view>
#include <vector>

#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"

namespace ipec::driver {

using command::Environment;
using command::ExitStatus;

const targets::Target* TargetOf(const TargetOptions& options, Environment& env) {
  if (!options.target) return &targets::DefaultTarget();
  const std::string& name = *options.target;
  const targets::Target* target = targets::FindTarget(name);
  if (target != nullptr) return target;
  std::vector<std::string_view> names;
  for (const targets::Target& known : targets::AllTargets()) names.push_back(known.name);
  command::Report(env, ExitStatus::Usage,
                  "unknown target " + support::Quoted(name) +
                      support::Suggest(name, names, "; the targets are " + support::Listed(names)));
  return nullptr;
}

}  // namespace ipec::driver
