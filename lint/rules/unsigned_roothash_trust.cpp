#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule allows a volume by its root hash, signed or not, while other rules rely on signatures.
A root hash identifies the volume reliably, but only a new policy can revoke it, and a review of the
signatures does not show it. It is reported on request, because it may be intended.

The fix also requires a signature. It changes decisions, so it is not a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_signature=TRUE action=ALLOW
op=EXECUTE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_signature=TRUE action=ALLOW
op=EXECUTE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 dmverity_signature=TRUE action=ALLOW
```
)";

bool IsAboutSignature(const policy::Condition& condition) {
  return condition.property == policy::Property::DmveritySignature ||
         condition.property == policy::Property::FsveritySignature;
}

bool AsksForSignature(const policy::Condition& condition) {
  return condition.expected && IsAboutSignature(condition);
}

// The rule that denies a file for its missing signature: with one, the file is allowed. Invalid if
// there is none.
RuleId DeniesUnsigned(const Context& context) {
  for (const analysis::OperationCoverage& coverage : context.coverage.operations()) {
    const analysis::FactsSet allowed = context.AllowedUnnamed(coverage.operation);
    for (const runtime::Facts facts : allowed) {
      for (const runtime::Facts has : {runtime::kDmveritySigned, runtime::kFsveritySigned}) {
        if ((facts & has) == 0 || allowed.Contains(facts ^ has)) continue;
        const RuleId denies = coverage.base[facts ^ has];
        if (!denies.valid()) continue;
        const auto conditions = context.ConditionsOf(denies);
        if (std::any_of(conditions.begin(), conditions.end(), IsAboutSignature)) return denies;
      }
    }
  }
  return {};
}

// The first rule of a statement that allows unsigned files; invalid if there is none.
RuleId DeciderOfUnsigned(const Context& context, policy::RuleIds statement,
                         analysis::FactsSet unsigned_facts) {
  if (context.policy[statement.front()].action != policy::Action::Allow) return {};
  const auto found = std::find_if(statement.begin(), statement.end(), [&](RuleId id) {
    return context.reachability.WitnessOf(id, id, unsigned_facts).has_value();
  });
  return found == statement.end() ? RuleId() : *found;
}

void Check(Context& context) {
  const auto relies = [&](RuleId id) {
    const auto conditions = context.ConditionsOf(id);
    return context.policy[id].action == policy::Action::Allow && context.reachability.Decides(id) &&
           std::any_of(conditions.begin(), conditions.end(), AsksForSignature);
  };
  const auto rules = context.policy.rule_ids();
  const auto found = std::find_if(rules.begin(), rules.end(), relies);
  const RuleId relying = found == rules.end() ? DeniesUnsigned(context) : *found;
  if (!relying.valid()) return;
  constexpr analysis::FactsSet kUnsigned =
      analysis::FactsSet::WithNoneOf(runtime::kDmveritySigned | runtime::kFsveritySigned);
  for (const policy::RuleIds statement : context.policy.Statements()) {
    const RuleId id = DeciderOfUnsigned(context, statement, kUnsigned);
    if (!id.valid()) continue;
    const auto conditions = context.ConditionsOf(id);
    const auto named =
        std::find_if(conditions.begin(), conditions.end(), [](const policy::Condition& condition) {
          return condition.property == policy::Property::DmverityRoothash;
        });
    if (named == conditions.end()) continue;
    const Span where = context.ConditionSpan(id, support::ToSize(named - conditions.begin()));
    context.Report(where, "this root hash is trusted without a signature")
        .AddNote(context.Decided(*context.reachability.WitnessOf(id, id, kUnsigned), id))
        .AddNote("this rule relies on a signature", context.policy[relying].statement)
        .AddFix("also require a signature",
                context.Replace({where.end, where.end}, " dmverity_signature=TRUE"));
  }
}

}  // namespace

extern const Body kUnsignedRoothashTrust{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
