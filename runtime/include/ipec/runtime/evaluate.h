#pragma once

// The decision of a policy about an event.

#include <cstddef>
#include <cstdint>
#include <span>

#include "ipec/runtime/api.h"
#include "ipec/runtime/event.h"
#include "ipec/runtime/policy.h"

namespace ipec::runtime {

struct Decision {
  Action action = Action::Deny;
  Match match = Match::GlobalDefault;
  // Line of the rule or DEFAULT in the policy text, from 1. 0: no line, because an operation
  // without a name in the kernel is allowed if there is no global DEFAULT.
  std::uint32_t line = 0;
  // For RuleText() and the access record; has no meaning elsewhere.
  std::uint32_t outcome = table::kNone;
};

// The first rule that matches, else the DEFAULT. Never allocates, never fails. Reads at most three
// entries, whatever the table contains; the time depends only on the event's digests.
IPEC_RUNTIME_API Decision Evaluate(const Policy& policy, const Event& event) noexcept;

// Whether access is granted: a permissive kernel decides and records, but grants access anyway.
constexpr bool Granted(const Decision& decision, const Event& event) {
  return decision.action == Action::Allow || !event.enforcing;
}

// The rule or DEFAULT that decided, as records quote it, for a decision about this very event.
// Writes as snprintf does: never beyond `room`, the last byte written is NUL, and the length of the
// whole text (without the NUL) is returned.
IPEC_RUNTIME_API std::size_t RuleText(const Policy& policy, const Event& event,
                                      const Decision& decision, std::span<char> room) noexcept;

}  // namespace ipec::runtime
