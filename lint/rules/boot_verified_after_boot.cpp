#include <algorithm>
#include <map>

#include "compiler/analysis/case_group.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule trusts `boot_verified` in a policy that is not marked as a boot policy: an unverified
file is allowed on the initramfs and denied elsewhere. The property is also TRUE for files that are
written to the initramfs later, so it is meant for a policy that is replaced once the system is up.
Only the first such rule is reported. A note says if programs may run nowhere else: then no program
can run once the root is switched.

Boot policies are marked in `ipec.toml`: `boot-policies = ["boot*.pol"]` under `[lint]`.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_signature=TRUE action=ALLOW
```
)";

// The condition on `boot_verified` of a rule; empty if it has none.
Span ConditionOnBoot(const Context& context, RuleId rule) {
  if (!rule.valid()) return {};
  const auto conditions = context.ConditionsOf(rule);
  const auto found =
      std::find_if(conditions.begin(), conditions.end(), [](const policy::Condition& condition) {
        return condition.property == policy::Property::BootVerified;
      });
  if (found == conditions.end()) return {};
  return context.ConditionSpan(rule, support::ToSize(found - conditions.begin()));
}

// Whether programs run, but only on the initramfs.
bool RunsOnlyInitramfs(const Context& context) {
  constexpr policy::Operation kExecute = policy::Operation::Execute;
  constexpr analysis::FactsSet kElsewhere = analysis::FactsSet::WithNoneOf(runtime::kBootVerified);
  const analysis::FactsSet allowed = context.AllowedUnnamed(kExecute);
  if (allowed.empty() || !(allowed & kElsewhere).empty()) return false;
  const auto rules = context.policy.rule_ids();
  return std::none_of(rules.begin(), rules.end(), [&](RuleId id) {
    const policy::Rule& rule = context.policy[id];
    return rule.operation == kExecute && rule.action == policy::Action::Allow &&
           context.reachability.WitnessOf(id, id, kElsewhere) && !WhyNever(context.coverage, id);
  });
}

void Check(Context& context) {
  if (context.IsBootPolicy()) return;
  std::map<std::uint32_t, Span> trusting;  // in file order
  for (const analysis::OperationCoverage& coverage : context.coverage.operations()) {
    const analysis::FactsSet allowed = context.AllowedUnnamed(coverage.operation);
    for (const runtime::Facts elsewhere : analysis::kUnverified) {
      const runtime::Facts here = elsewhere | runtime::kBootVerified;
      if (!allowed.Contains(here) || allowed.Contains(elsewhere)) continue;
      // The earlier of the two that decide tells the files apart; it may be the one that denies.
      Span where = ConditionOnBoot(context, coverage.base[here]);
      if (where.empty()) where = ConditionOnBoot(context, coverage.base[elsewhere]);
      if (!where.empty()) trusting.try_emplace(where.begin, where);
    }
  }
  if (trusting.empty()) return;
  Diagnostic& finding = context.Report(
      trusting.begin()->second,
      "`boot_verified` is also TRUE for files that are written to the initramfs after boot");
  if (trusting.size() > 1) {
    finding.AddNote(fmt::format("{} rules of this policy trust this property", trusting.size()));
  }
  if (RunsOnlyInitramfs(context)) {
    finding.AddNote("EXECUTE is allowed nowhere else, so no program can run on the real root");
  }
}

}  // namespace

extern const Body kBootVerifiedAfterBoot{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
