#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule without properties takes every event of its operation, so the operation's DEFAULT never decides.
Who reads the DEFAULT is misled. Say it in the DEFAULT and drop the rule.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
DEFAULT op=KMODULE action=DENY
op=KMODULE boot_verified=TRUE action=DENY
op=KMODULE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
DEFAULT op=KMODULE action=DENY
op=KMODULE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  for (const RuleId id : context.Rules()) {
    const policy::Rule& rule = context.policy[id];
    const auto& own = context.policy.DefaultOf(rule.operation);
    if (!own || !context.ConditionsOf(id).empty() || !context.reachability.Decides(id)) continue;
    context
        .Report(rule.statement, "this rule takes every event of {}, so its DEFAULT never decides",
                Name(rule.operation))
        .AddNote("the DEFAULT that never decides", own->statement);
  }
}

}  // namespace

const Body kCatchAllHidesDefault{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
