#pragma once

// The specification of a decision: the obvious lines, slow and plain. Table, runtime, optimizer and
// linter are all compared with it. Source: security/ipe/eval.c of Linux 6.12 and, for rfc-v7, the
// RFC series of October 2021.

#include "compiler/policy/policy.h"

namespace ipec::policy {

struct Decision {
  Action action = Action::Allow;
  Match match = Match::GlobalDefault;
  RuleId rule;  // valid when match is Match::Rule

  friend bool operator==(const Decision&, const Decision&) = default;
};

// Whether `condition` of `policy` holds for `event`.
bool Holds(const Policy& policy, const Condition& condition, const runtime::Event& event);

// What `policy` decides. The event's operation is Unknown or one that the policy's dialect knows.
Decision Decide(const Policy& policy, const runtime::Event& event);

}  // namespace ipec::policy
