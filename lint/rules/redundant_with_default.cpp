#include <algorithm>

#include "compiler/analysis/redundancy.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule decides its events as the DEFAULT would: every decision is the same without it. Audit
records then name the DEFAULT instead of the rule, so removing it is not a safe fix; some policies
keep such rules for the records. A rule for an alias of several operations is reported if it is
redundant for all of them.

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
  std::vector<bool> redundant(context.policy.rules.size());
  for (const analysis::Redundant& found :
       analysis::FindRedundant(context.coverage, analysis::TakesOver::Default)) {
    redundant[found.rule.index] = true;
  }
  const auto decides = [&](RuleId id) { return context.reachability.Decides(id); };
  for (const policy::RuleIds statement : context.policy.Statements()) {
    // A statement is needed if one of its operations needs it.
    const bool is_needed = std::any_of(statement.begin(), statement.end(), [&](RuleId id) {
      return decides(id) && !redundant[id.index];
    });
    if (is_needed || std::none_of(statement.begin(), statement.end(), decides)) continue;
    const policy::Rule& rule = context.policy[statement.front()];
    const std::string_view word = context.WordFor(statement);
    constexpr auto kWords = "this rule is redundant: the DEFAULT for {} decides the same";
    Diagnostic& finding = statement.size() > 1
                              ? context.Report(rule.statement, kWords, word)
                              : context.Report(rule.operation, rule.statement, kWords, word);
    context.AddRemoval(finding, "remove the rule", rule.statement);
  }
}

}  // namespace

extern const Body kRedundantWithDefault{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
