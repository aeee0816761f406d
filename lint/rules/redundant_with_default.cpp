#include "compiler/analysis/redundancy.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule decides as the DEFAULT behind it would: without it every decision is the same. Audit records would
name the DEFAULT instead of the rule, so removing it is not a safe fix; some keep such rules for that.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE dmverity_signature=FALSE action=DENY
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  for (const analysis::Redundant& found :
       analysis::FindRedundant(context.coverage, analysis::TakesOver::Default)) {
    if (!context.reachability.Decides(found.rule) || !context.IsFirstOfStatement(found.rule))
      continue;
    const policy::Rule& rule = context.policy[found.rule];
    context
        .Report(rule.operation, rule.statement,
                "the DEFAULT for {} decides the same without this rule", Name(rule.operation))
        .AddFix("remove the rule", context.RemoveLine(rule.statement));
  }
}

}  // namespace

const Body kRedundantWithDefault{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
