#include <algorithm>

#include "compiler/analysis/redundancy.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A later rule decides all events that this rule decides, in the same way: every decision is
the same without this rule. Audit records then name the later rule, so removing this one is not a
safe fix. A rule for an alias of several operations is reported if it is redundant for all of them.

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
  const auto decides = [&](RuleId id) { return context.reachability.Decides(id); };
  std::vector<RuleId> taken_over_by(context.policy.rules.size());  // invalid: not redundant
  for (const analysis::Redundant& found :
       analysis::FindRedundant(context.coverage, analysis::TakesOver::LaterRules)) {
    // A rule that never decides should be removed itself, and then this one is needed.
    if (decides(found.taken_over_by)) taken_over_by[found.rule.index] = found.taken_over_by;
  }
  for (const policy::RuleIds statement : context.policy.Statements()) {
    // A statement is needed if one of its operations needs it.
    const bool is_needed = std::any_of(statement.begin(), statement.end(), [&](RuleId id) {
      return decides(id) && !taken_over_by[id.index].valid();
    });
    const auto first = std::find_if(statement.begin(), statement.end(), decides);
    if (is_needed || first == statement.end()) continue;
    const policy::Rule& rule = context.policy[*first];
    const policy::Rule& later = context.policy[taken_over_by[(*first).index]];
    Diagnostic& finding = context.Report(
        rule.statement, "this rule is redundant: line {} decides the same", later.line);
    finding.AddNote("this rule decides the same", later.statement);
    context.AddRemoval(finding, "remove the rule", rule.statement);
  }
}

}  // namespace

extern const Body kSubsumedByLater{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
