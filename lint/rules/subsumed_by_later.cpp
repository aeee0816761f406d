#include "compiler/analysis/redundancy.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A later rule decides all that this rule decides, and alike: without this rule every decision is the same.
Audit records would name the later rule, so removing it is not a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE fsverity_signature=TRUE action=ALLOW
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  for (const analysis::Redundant& found :
       analysis::FindRedundant(context.coverage, analysis::TakesOver::LaterRules)) {
    if (!context.reachability.Decides(found.rule) || !context.IsFirstOfStatement(found.rule))
      continue;
    const policy::Rule& rule = context.policy[found.rule];
    const policy::Rule& later = context.policy[found.taken_over_by];
    context.Report(rule.statement, "line {} decides the same without this rule", later.line)
        .AddNote("decides it, too", later.statement)
        .AddFix("remove the rule", context.RemoveLine(rule.statement));
  }
}

}  // namespace

const Body kSubsumedByLater{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
