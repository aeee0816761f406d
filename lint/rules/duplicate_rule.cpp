#include <map>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule says what an earlier one says: the same operation, the same properties in any order and digests
in either case, and the same action.

The second never decides. Removing it is a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE fsverity_signature=TRUE action=ALLOW
op=EXECUTE fsverity_signature=TRUE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE fsverity_signature=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  std::map<MatchSet, RuleId> seen;
  for (const RuleId id : context.Rules()) {
    const auto [place, is_new] = seen.try_emplace(context.MatchSetOf(id), id);
    const policy::Rule& rule = context.policy[id];
    const policy::Rule& first = context.policy[place->second];
    if (is_new || first.action != rule.action || !context.IsFirstOfStatement(id)) continue;
    context.Report(rule.statement, "this rule says again what line {} says", first.line)
        .AddNote("the first one", first.statement)
        .AddFix("remove the rule", context.RemoveLine(rule.statement), true);
  }
}

}  // namespace

const Body kDuplicateRule{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
