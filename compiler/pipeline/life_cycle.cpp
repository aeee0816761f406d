#include "compiler/pipeline/life_cycle.h"

namespace ipec::pipeline {

using support::Errno;

LifeCycle LifeCycleOf(const policy::Policy& before, const policy::Policy& after) {
  LifeCycle answers;
  if (before.name != after.name) {
    answers.update = Errno::kEINVAL;
  } else if (after.version <= before.version) {
    answers.update = Errno::kESTALE;
  }
  if (after.version < before.version) answers.activate = Errno::kEINVAL;
  if (before.version < after.version) answers.rollback = Errno::kEINVAL;
  return answers;
}

}  // namespace ipec::pipeline
