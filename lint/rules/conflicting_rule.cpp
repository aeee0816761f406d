#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule has the same conditions as an earlier rule, but another action. The kernel uses the
first rule that matches, so the second never decides. Either one of the two is wrong, or they are in
the wrong order; a tool cannot know which.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE boot_verified=TRUE action=DENY
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  for (const RuleId id : context.policy.rule_ids()) {
    const RuleId alike = context.FirstAlike(id);
    const policy::Rule& rule = context.policy[id];
    const policy::Rule& first = context.policy[alike];
    if (first.action == rule.action) continue;
    const auto witness = context.reachability.WitnessOf(id, alike);
    context
        .Report(rule.operation, rule.statement, "this rule {} the same events that line {} {}",
                Verb(rule.action), first.line, Verb(first.action))
        .AddNote(witness ? context.Decided(*witness, alike) : "this rule comes first",
                 first.statement);
  }
}

}  // namespace

extern const Body kConflictingRule{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
