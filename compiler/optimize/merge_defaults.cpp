// If every operation has its own default and there is no global one, replaces all defaults that
// allow with one global ALLOW. Without a global default a kernel allows operations that it has no
// name for, so only ALLOW may become the global default: DENY would change the decision for those.

#include <algorithm>

#include "compiler/optimize/pass.h"

namespace ipec::optimize {

std::optional<policy::Policy> MergeDefaults(const analysis::Coverage& coverage) {
  const policy::Policy& policy = coverage.policy();
  if (policy.global_default) return std::nullopt;
  std::optional<policy::Policy> changed;
  for (auto& own : (changed = policy)->operation_defaults) {
    if (!own || own->action != policy::Action::Allow) continue;
    if (!changed->global_default || own->line < changed->global_default->line) {
      changed->global_default = own;
    }
    own.reset();
  }
  return changed->global_default ? changed : std::nullopt;
}

}  // namespace ipec::optimize
