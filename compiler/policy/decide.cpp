#include "compiler/policy/decide.h"

namespace ipec::policy {

bool Holds(const Policy& policy, const Condition& condition, const runtime::Event& event) {
  if (policy.semantics.missing.Contains(condition.property)) return false;
  switch (condition.property) {
    case Property::BootVerified:
      return event.boot_verified == condition.expected;
    case Property::DmveritySignature:
      return (event.dmverity && event.dmverity->is_signed) == condition.expected;
    case Property::FsveritySignature:
      if (policy.semantics.fsverity_signature_needs_fsverity && !event.fsverity) return false;
      return (event.fsverity && event.fsverity->is_signed) == condition.expected;
    case Property::DmverityRoothash:
      return event.dmverity && event.dmverity->roothash &&
             SameDigest(policy.semantics, policy.digests.Get(condition.digest),
                        *event.dmverity->roothash);
    case Property::FsverityDigest:
      return event.fsverity && event.fsverity->digest &&
             SameDigest(policy.semantics, policy.digests.Get(condition.digest),
                        *event.fsverity->digest);
  }
  return false;
}

std::optional<std::uint32_t> FirstUnmatched(const Policy& policy, RuleId rule,
                                            const runtime::Event& event) {
  std::uint32_t index = 0;
  for (const Condition& condition : policy.ConditionsOf(policy[rule])) {
    if (!Holds(policy, condition, event)) return index;
    ++index;
  }
  return std::nullopt;
}

Decision Decide(const Policy& policy, const runtime::Event& event) {
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) {
    const Rule& rule = policy.rules[i];
    if (rule.operation != event.operation) continue;
    if (!FirstUnmatched(policy, {i}, event)) return {rule.action, Match::Rule, {i}};
  }
  if (const auto& own = policy.DefaultOf(event.operation)) {
    return {own->action, Match::OperationDefault, {}};
  }
  // Only an unknown operation gets here without a global default: the kernel then allows.
  return {policy.global_default ? policy.global_default->action : Action::Allow,
          Match::GlobalDefault,
          {}};
}

}  // namespace ipec::policy
