#pragma once

// Why a policy decides an event as it does: the rules that precede the decision, and the first
// condition of each that does not match.
//
// A table has the rules that decide some event. A rule that decides none, because earlier rules
// match first or its conditions contradict each other, is not in the table and is not visited.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "ipec/runtime/api.h"
#include "ipec/runtime/evaluate.h"
#include "ipec/runtime/event.h"
#include "ipec/runtime/policy.h"

namespace ipec::runtime {

// A rule that does not match an event.
struct TriedRule {
  Operation operation = Operation::Execute;
  Action action = Action::Deny;
  std::uint32_t line = 0;
  // The index of the first condition that does not match, from 0 in the order of the rule.
  std::uint32_t condition = 0;
  // For TriedRuleText() and ConditionText(); have no meaning elsewhere.
  std::uint32_t outcome = table::kNone;
  std::uint32_t roothash = table::kNone;
  std::uint32_t digest = table::kNone;
};

// Returns false to stop.
using RuleVisitor = bool (*)(void* context, const TriedRule& rule);

// Decides as Evaluate() does. Before it returns, it calls `visit` for the rules of the operation
// that are tried without success, in the order of the policy.
//
// Loops over all rules of the operation, again for every 128 rules that are visited: for messages,
// not for each decision. Never allocates, never fails; needs 4 KB of stack.
IPEC_RUNTIME_API Decision Explain(const Policy& policy, const Event& event, RuleVisitor visit,
                                  void* context) noexcept;

// The same for a function object that takes a TriedRule.
template <typename Visit>
Decision Explain(const Policy& policy, const Event& event, Visit visit) noexcept {
  return Explain(
      policy, event,
      [](void* context, const TriedRule& rule) -> bool {
        return (*static_cast<Visit*>(context))(rule);
      },
      std::addressof(visit));
}

// The text of a visited rule as records would quote it, and that of its condition that does not
// match, such as `boot_verified=TRUE`: the word of the rule with this index, after the operation.
// They write as RuleText() does.
IPEC_RUNTIME_API std::size_t TriedRuleText(const Policy& policy, const TriedRule& rule,
                                           std::span<char> room) noexcept;
IPEC_RUNTIME_API std::size_t ConditionText(const Policy& policy, const TriedRule& rule,
                                           std::span<char> room) noexcept;

}  // namespace ipec::runtime
