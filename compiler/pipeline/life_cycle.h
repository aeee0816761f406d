#pragma once

// The answers of a kernel when one policy follows another one, which is active: three questions to
// compiler/life.

#include <optional>

#include "compiler/policy/policy.h"
#include "compiler/support/errno.h"
#include "compiler/targets/targets.h"

namespace ipec::pipeline {

struct LifeCycle {
  std::optional<support::Errno> update;    // the new policy, as an update of the old one
  std::optional<support::Errno> activate;  // the new one while the old one is active
  std::optional<support::Errno> rollback;  // the old one while the new one is active
};

// `is_too_long`: the new policy, once signed, has more bytes than the kernel accepts.
LifeCycle LifeCycleOf(const policy::Policy& before, const policy::Policy& after,
                      const targets::Target& target, bool is_too_long);

}  // namespace ipec::pipeline
