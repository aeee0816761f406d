#pragma once

// The specification of a decision: obvious, slow and simple. Table, runtime, optimizer and linter
// are all compared with it. Source: security/ipe/eval.c of Linux 6.12 and, for rfc-v7, the RFC
// series of October 2021.

#include <cstdint>
#include <optional>

#include "compiler/policy/policy.h"

namespace ipec::policy {

struct Decision {
  Action action = Action::Allow;
  Match match = Match::GlobalDefault;
  RuleId rule;  // valid if match is Match::Rule

  friend bool operator==(const Decision&, const Decision&) = default;
};

// Whether `condition` of `policy` matches `event`.
bool Holds(const Policy& policy, const Condition& condition, const runtime::Event& event);

// The index of the first condition of a rule that does not match `event`; nothing if all do.
std::optional<std::uint32_t> FirstUnmatched(const Policy& policy, RuleId rule,
                                            const runtime::Event& event);

// The decision of `policy`. The event's operation must be Unknown or one of the policy's dialect.
Decision Decide(const Policy& policy, const runtime::Event& event);

}  // namespace ipec::policy
