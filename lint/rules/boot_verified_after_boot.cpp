#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule trusts `boot_verified=TRUE` in a policy that is not marked as a boot policy. The
property is also true for files that are written to the initramfs later, so it is meant for a policy
that is replaced once the system is up. Only the first such rule is reported.

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

void Check(Context& context) {
  if (context.IsBootPolicy()) return;
  std::vector<Span> trusting;
  const auto decides = [&](RuleId id) { return context.reachability.Decides(id); };
  for (const policy::RuleIds statement : context.policy.Statements()) {
    const RuleId id = statement.front();
    if (context.policy[id].action != policy::Action::Allow ||
        std::none_of(statement.begin(), statement.end(), decides)) {
      continue;
    }
    const auto conditions = context.ConditionsOf(id);
    const auto asks =
        std::find_if(conditions.begin(), conditions.end(), [](const policy::Condition& condition) {
          return condition.property == policy::Property::BootVerified && condition.expected;
        });
    if (asks == conditions.end()) continue;
    trusting.push_back(context.ConditionSpan(id, support::ToSize(asks - conditions.begin())));
  }
  if (trusting.empty()) return;
  Diagnostic& finding = context.Report(
      trusting[0],
      "`boot_verified` is also TRUE for files that are written to the initramfs after boot");
  if (trusting.size() > 1) {
    finding.AddNote(fmt::format("{} rules of this policy have this property", trusting.size()));
  }
}

}  // namespace

extern const Body kBootVerifiedAfterBoot{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
