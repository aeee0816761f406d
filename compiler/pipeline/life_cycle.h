#pragma once

// The answers of a kernel when one policy follows another one.
//
// Source: ipe_update_policy() and ipe_set_active_pol() of security/ipe/policy.c and policy_fs.c of
// Linux 6.12.

#include <optional>

#include "compiler/policy/policy.h"
#include "compiler/support/errno.h"

namespace ipec::pipeline {

struct LifeCycle {
  std::optional<support::Errno> update;    // the new policy, as an update of the old one
  std::optional<support::Errno> activate;  // the new one while the old one is active
  std::optional<support::Errno> rollback;  // the old one while the new one is active
};

// `is_too_long`: the new policy, once signed, has more bytes than the kernel accepts.
LifeCycle LifeCycleOf(const policy::Policy& before, const policy::Policy& after, bool is_too_long);

}  // namespace ipec::pipeline
