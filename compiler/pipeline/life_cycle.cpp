#include "compiler/pipeline/life_cycle.h"

#include "compiler/life/machine.h"

namespace ipec::pipeline {

using support::Errno;

LifeCycle LifeCycleOf(const policy::Policy& before, const policy::Policy& after,
                      const targets::Target& target, bool is_too_long) {
  LifeCycle answers;
  // The length is checked before anything is read.
  answers.update =
      is_too_long ? Errno::kEMSGSIZE : life::UpdateError(before, after, target, /*is_active=*/true);
  answers.activate = life::ActivationError(before.version, after.version);
  answers.rollback = life::ActivationError(after.version, before.version);
  return answers;
}

}  // namespace ipec::pipeline
