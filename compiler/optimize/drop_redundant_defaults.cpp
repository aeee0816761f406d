// Removes operation defaults that repeat the global one or that no event reaches. Only if there is
// a global default: without one the kernel requires a default for every operation. The global
// default always stays, because it decides operations that later kernels will add.

#include "compiler/analysis/reachability.h"
#include "compiler/optimize/pass.h"

namespace ipec::optimize {

std::optional<policy::Policy> DropRedundantDefaults(const analysis::Coverage& coverage) {
  const policy::Policy& policy = coverage.policy();
  if (!policy.global_default) return std::nullopt;
  const analysis::Reachability reachability(coverage);
  policy::Policy changed = policy;
  bool any = false;
  for (const runtime::Operation operation : policy.semantics.operations) {
    auto& own = changed.operation_defaults[operation];
    if (!own) continue;
    const bool dead = !reachability.ReachesDefault(operation);
    if (!dead && own->action != policy.global_default->action) continue;
    own.reset();
    any = true;
  }
  if (!any) return std::nullopt;
  return changed;
}

}  // namespace ipec::optimize
