#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule says what an earlier one says: the same operation, the same properties in any order and digests
in either case, and the same action.

The second never decides. Removing it is a safe fix. Where a word stands for several operations, all of them
must have been there before; for some, `unreachable-rule` says it.

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
  for (const Context::StatementRules statement : context.Statements()) {
    if (!std::all_of(statement.begin(), statement.end(), is_said)) continue;
    const policy::Rule& rule = context.policy[statement[0]];
    const policy::Rule& first = context.policy[context.FirstAlike(statement[0])];
    Diagnostic& finding =
        context.Report(rule.statement, "this rule says again what line {} says", first.line);
    finding.AddNote("the first one", first.statement);
    context.AddRemoval(finding, "remove the rule", rule.statement, true);
  }
}

}  // namespace

extern const Body kDuplicateRule{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
