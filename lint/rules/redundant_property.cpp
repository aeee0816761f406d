#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule has a property that its other properties imply: the same one again, or one that
matches whenever the others do. A file on the initramfs is never on a dm-verity volume, so
`dmverity_signature=FALSE` next to `boot_verified=TRUE` has no effect, nor does
`boot_verified=FALSE` next to a root hash.

Every decision is the same without it. Audit records quote the properties of a rule, so removing one
is not a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE dmverity_signature=FALSE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE fsverity_signature=FALSE action=ALLOW
```
)";

using policy::Condition;

bool SameCondition(const analysis::Coverage& coverage, const Condition& a, const Condition& b) {
  if (a.property != b.property || a.digest.valid() != b.digest.valid()) return false;
  return a.digest.valid() ? coverage.Representative(a.digest) == coverage.Representative(b.digest)
                          : a.expected == b.expected;
}

// The facts of the events that match the conditions, which name the same digests.
analysis::FactsSet Events(const Context& context, std::span<const Condition> conditions) {
  const analysis::Demand demand = context.coverage.DemandOf(conditions);
  return demand.facts & analysis::PossibleFacts(context.policy.semantics, demand.roothash.valid(),
                                                demand.digest.valid());
}

// The clause and the whitespace before it.
Span WithWhitespaceBefore(const Context& context, Span clause) {
  const llvm::StringRef before = context.source.text().take_front(clause.begin).rtrim(" \t");
  return {support::ToU32(before.size()), clause.end};
}

void CheckRule(Context& context, RuleId id) {
  const auto conditions = context.ConditionsOf(id);
  std::vector<Condition> kept;  // at most five: further ones contradict or repeat them
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const bool repeats = std::any_of(kept.begin(), kept.end(), [&](const Condition& other) {
      return SameCondition(context.coverage, conditions[i], other);
    });
    if (repeats) {
      const Span where = context.ConditionSpan(id, i);
      context.Report(where, "this rule already has this property")
          .AddFix("remove the property", context.Replace(WithWhitespaceBefore(context, where), {}));
      continue;
    }
    kept.push_back(conditions[i]);
    positions.push_back(i);
  }
  const analysis::FactsSet events = Events(context, kept);
  for (std::size_t i = kept.size(); i-- != 0;) {
    const Condition condition = kept[i];
    if (condition.digest.valid()) continue;
    kept.erase(kept.begin() + support::ToOffset(i));
    if (Events(context, kept) != events) {
      kept.insert(kept.begin() + support::ToOffset(i), condition);
      continue;
    }
    const Span where = context.ConditionSpan(id, positions[i]);
    context
        .Report(where, "`{}={}` matches whenever the other properties of this rule do",
                runtime::Name(condition.property), condition.expected ? "TRUE" : "FALSE")
        .AddFix("remove the property", context.Replace(WithWhitespaceBefore(context, where), {}));
  }
}

void Check(Context& context) {
  for (const RuleId id : context.policy.rule_ids()) {
    if (context.ConditionsOf(id).size() < 2 || !context.IsFirstOfStatement(id) ||
        context.reachability.WhyImpossible(id) != analysis::Impossible::No) {
      continue;
    }
    CheckRule(context, id);
  }
}

}  // namespace

extern const Body kRedundantProperty{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
