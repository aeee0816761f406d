#include "tests/exhaustive/judge.h"

#include <algorithm>

namespace ipec::exhaustive {
namespace {

// The rule as a record prints it: conditions in order, digests by value.
bool SameText(const Policy& before, const policy::Rule& a, const Policy& after,
              const policy::Rule& b) {
  const auto ours = before.ConditionsOf(a);
  const auto theirs = after.ConditionsOf(b);
  return a.operation == b.operation && a.action == b.action &&
         std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                    [&](const policy::Condition& one, const policy::Condition& other) {
                      if (one.property != other.property) return false;
                      return Kind(one.property) == runtime::PropertyKind::Boolean
                                 ? one.expected == other.expected
                                 : SameDigest(before.semantics, before.digests.Get(one.digest),
                                              after.digests.Get(other.digest));
                    });
}

}  // namespace

bool SameOutcome(Keeps keeps, const Policy& before, const Decision& decided_before,
                 const Policy& after, const Decision& decided_after) {
  if (decided_before.action != decided_after.action) return false;
  if (keeps == Keeps::Decision) return true;
  if (decided_before.match != decided_after.match) return false;
  return decided_before.match != policy::Match::Rule ||
         SameText(before, before[decided_before.rule], after, after[decided_after.rule]);
}

std::optional<Event> FindDifference(Keeps keeps, const Policy& before, const Policy& after) {
  for (std::size_t i = 0; i < runtime::kOperationCount; ++i) {
    const auto operation = static_cast<Operation>(i);
    if (operation != Operation::Unknown && !before.semantics.Knows(operation)) continue;
    const auto matters = [&](const Policy& policy) {
      return std::any_of(policy.rules.begin(), policy.rules.end(),
                         [&](const policy::Rule& rule) { return rule.operation == operation; });
    };
    std::vector<Event> events = PossibleEvents(before.semantics, operation);
    // Without rules for the operation, all its events are decided in the same way.
    if (!matters(before) && !matters(after)) events.resize(1);
    for (const Event& event : events) {
      if (!SameOutcome(keeps, before, Decide(before, event), after, Decide(after, event))) {
        return event;
      }
    }
  }
  return std::nullopt;
}

}  // namespace ipec::exhaustive
