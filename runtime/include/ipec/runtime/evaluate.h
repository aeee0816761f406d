#pragma once

// What a policy decides about an event.

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
  // Of the rule or default in the policy's text, from 1. 0: nothing there says it, because an
  // operation the kernel has no name for is allowed when there is no global default.
  std::uint32_t line = 0;
  // What RuleText() and the access record ask the policy for; means nothing elsewhere.
  std::uint32_t outcome = table::kNone;
};

// The first rule that holds, or else the default. Never allocates, never fails. Looks at no more
// than three entries, whatever the table says; the time depends on the event's digests alone.
IPEC_RUNTIME_API Decision Evaluate(const Policy& policy, const Event& event) noexcept;

// Whether access is granted: a permissive kernel decides, records, and grants anyway.
constexpr bool Granted(const Decision& decision, const Event& event) {
  return decision.action == Action::Allow || !event.enforcing;
}

// The rule or default that decided, as records quote it, for a decision about this very event.
// Writes as snprintf does: never beyond `room`, the last byte written is NUL, and the length that
// the whole text has is returned (without the NUL).
IPEC_RUNTIME_API std::size_t RuleText(const Policy& policy, const Event& event,
                                      const Decision& decision, std::span<char> room) noexcept;

}  // namespace ipec::runtime
