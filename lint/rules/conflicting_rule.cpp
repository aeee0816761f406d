#include <map>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule asks for exactly what an earlier rule asks for, and decides otherwise. The kernel takes the first;
the second never decides. Either one of the two is wrong, or they stand in the wrong order: a machine
cannot know which.

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
  std::map<MatchSet, RuleId> seen;
  for (const RuleId id : context.Rules()) {
    const auto [place, is_new] = seen.try_emplace(context.MatchSetOf(id), id);
    const policy::Rule& rule = context.policy[id];
    const policy::Rule& first = context.policy[place->second];
    if (is_new || first.action == rule.action) continue;
    context
        .Report(rule.statement, "this rule says {} where line {} says {} of the same events",
                runtime::Name(rule.action), first.line, runtime::Name(first.action))
        .AddNote("the kernel takes this one", first.statement);
  }
}

}  // namespace

const Body kConflictingRule{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
