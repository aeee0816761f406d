#include <algorithm>

#include "compiler/analysis/case_group.h"
#include "compiler/pipeline/case_words.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule allows events that lack something: all its properties are `=FALSE`. Such a rule
matches every unverified file, and events without a file, such as anonymous executable memory. It is
reported if it decides some of these; earlier rules may deny them all.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_signature=FALSE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_signature=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  for (const RuleId id : context.policy.rule_ids()) {
    const policy::Rule& rule = context.policy[id];
    const auto conditions = context.ConditionsOf(id);
    const bool negative =
        std::all_of(conditions.begin(), conditions.end(), [](const policy::Condition& condition) {
          return !condition.digest.valid() && !condition.expected;
        });
    if (rule.action != policy::Action::Allow || conditions.empty() || !negative) continue;
    const analysis::FactsSet allowed =
        context.DecidedUnnamed(rule.operation, id, analysis::kUnverified);
    if (allowed.empty()) continue;
    context
        .Report(rule.operation, rule.statement,
                "this rule has only FALSE properties, so it allows {}", pipeline::kUnverifiedFiles)
        .AddNote(context.Decided(rule.operation, allowed, id));
  }
}

}  // namespace

extern const Body kAllowOnNegative{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
