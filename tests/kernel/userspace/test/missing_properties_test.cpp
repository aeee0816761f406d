// All small policies and all classes of events: ipec decides as the kernel's code does, which was
// built without some properties.

#include <cstdio>
#include <string>

#include "compare.h"
#include "compiler/optimize/emit_text.h"
#include "tests/exhaustive/small_policies.h"
#include "tests/unit/sampling.h"

namespace ipec::kernel_test {

int CompareSmallPolicies() {
  const targets::Target& target = targets::DefaultTarget();
  std::size_t compared = 0;
  int status = 0;
  const auto compare = [&](const policy::Policy& small) {
    if (status != 0) return;
    policy::Policy policy = small;
    policy.version = {1, 0, 0};
    const std::string text =
        std::string(optimize::EmitText(policy, target, optimize::Writing::Plain).text());
    ++compared;
    if (const auto difference = Compare(text)) {
      std::fprintf(stderr, "%s\nThe kernel and ipec differ in %s.\nkernel: %s\nipec:   %s\n",
                   text.c_str(), difference->about.c_str(), difference->kernel.c_str(),
                   difference->ipec.c_str());
      status = 1;
    }
  };
  const policy::Semantics semantics = target.semantics();
  exhaustive::ForEachPolicy(semantics, exhaustive::RulesOfEachProperty(), 2, policy::Action::Deny,
                            compare);
  exhaustive::ForEachPolicy(semantics, exhaustive::WithBothActions(exhaustive::AllShapes(5, 2)), 1,
                            policy::Action::Deny, compare);
  std::printf("%zu policies compared\n", compared);
  return compared == 0 ? 1 : status;
}

}  // namespace ipec::kernel_test
