// Where every operation has a default of its own and there is no global one, says ALLOW once for
// all that allow. A kernel allows operations it has no name for when there is no global default, so
// only ALLOW may become the global one: DENY would change what is decided about those.

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
