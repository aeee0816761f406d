#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule trusts `boot_verified=TRUE` in a policy that is not marked as one for the time of boot; said once, of the
first such rule. The property
stays true for whatever is written into the initramfs later: meant for a policy that another one replaces
once the system is up.

Policies for boot are marked in `ipec.toml`: `boot-policies = ["boot*.pol"]` under `[lint]`.

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
  for (const Context::StatementRules statement : context.Statements()) {
    const RuleId id = statement[0];
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
    trusting.push_back(
        context.ConditionSpan(id, static_cast<std::size_t>(asks - conditions.begin())));
  }
  if (trusting.empty()) return;
  Diagnostic& finding = context.Report(
      trusting[0], "the initramfs can be written to after boot, and still counts as boot_verified");
  if (trusting.size() > 1) {
    finding.AddNote(fmt::format("so say {} rules of this policy", trusting.size()));
  }
}

}  // namespace

extern const Body kBootVerifiedAfterBoot{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
