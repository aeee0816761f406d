#include "compiler/analysis/overlaps.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule decides only some of the events that it matches: an earlier rule with the other action
decides the rest. Often this is intended, as with exceptions before a general rule, so it is
reported only on request.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_signature=TRUE action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  analysis::Overlaps overlaps(context.reachability);
  for (const RuleId id : context.policy.rule_ids()) {
    const policy::Rule& rule = context.policy[id];
    if (!context.reachability.Decides(id) || context.ConditionsOf(id).empty()) continue;
    const auto taken = overlaps.FirstOtherwise(id);
    if (!taken) continue;
    const policy::Rule& earlier = context.policy[taken->by];
    context
        .Report(rule.operation, rule.statement,
                "this rule decides only some of the events it matches: line {} decides others",
                earlier.line)
        .AddNote(context.Decided(taken->witness, taken->by), earlier.statement);
  }
}

}  // namespace

extern const Body kPartiallyShadowed{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
