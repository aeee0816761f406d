#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule duplicates an earlier one: it has the same operation and action, and the same
properties in any order and with digests in either case.

The second rule never decides. Removing it is a safe fix. A rule for an alias of several operations
is reported if it is a duplicate for all of them; otherwise `unreachable-rule` reports it.

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
  const auto is_said = [&](RuleId id) {
    const RuleId first = context.FirstAlike(id);
    return first != id && context.policy[first].action == context.policy[id].action;
  };
  for (const policy::RuleIds statement : context.policy.Statements()) {
    if (!std::all_of(statement.begin(), statement.end(), is_said)) continue;
    const policy::Rule& rule = context.policy[statement.front()];
    const policy::Rule& first = context.policy[context.FirstAlike(statement.front())];
    Diagnostic& finding =
        context.Report(rule.statement, "this rule duplicates line {}", first.line);
    finding.AddNote("the first one is here", first.statement);
    context.AddRemoval(finding, "remove the rule", rule.statement, true);
  }
}

}  // namespace

extern const Body kDuplicateRule{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
