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

// Whether nothing of the statement that begins with `first` is needed, where a word stands for
// several operations.
bool NothingIsNeeded(const Context& context, RuleId first, const std::vector<bool>& redundant) {
  for (RuleId id = first; id.index < redundant.size(); ++id.index) {
    if (id != first && context.IsFirstOfStatement(id)) break;
    if (!redundant[id.index] && context.reachability.Decides(id)) return false;
  }
  return true;
}

void Check(Context& context) {
  const auto all = analysis::FindRedundant(context.coverage, analysis::TakesOver::LaterRules);
  std::vector<bool> redundant(context.policy.rules.size());
  for (const analysis::Redundant& found : all) {
    // A rule that never decides is to go itself, and then this one is needed.
    redundant[found.rule.index] = context.reachability.Decides(found.rule) &&
                                  context.reachability.Decides(found.taken_over_by);
  }
  for (const analysis::Redundant& found : all) {
    if (!redundant[found.rule.index] || !context.IsFirstOfStatement(found.rule) ||
        !NothingIsNeeded(context, found.rule, redundant)) {
      continue;
    }
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
