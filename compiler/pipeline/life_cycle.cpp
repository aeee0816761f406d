#include "compiler/pipeline/life_cycle.h"

namespace ipec::pipeline {

using support::Errno;

LifeCycle LifeCycleOf(const policy::Policy& before, const policy::Policy& after, bool is_too_long) {
  LifeCycle answers;
  // The length is checked before anything is read.
  if (is_too_long) {
    answers.update = Errno::kEMSGSIZE;
  } else if (before.name != after.name) {
    answers.update = Errno::kEINVAL;
  } else if (after.version <= before.version) {
    answers.update = Errno::kESTALE;
  }
  if (after.version < before.version) answers.activate = Errno::kEINVAL;
  if (before.version < after.version) answers.rollback = Errno::kEINVAL;
  return answers;
}

}  // namespace ipec::pipeline
