#include <algorithm>
#include <iterator>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule without properties takes every event of its operation that gets to it, so no DEFAULT ever decides one.
Who reads the DEFAULT is misled. Say it in the DEFAULT of the operation and drop the rule.

The fix does that. Decisions stay the same; audit records name the DEFAULT instead of the rule, so it is not
applied unless asked for. A rule that allows is `allow-all-op`'s to say.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
DEFAULT op=KMODULE action=ALLOW
op=KMODULE boot_verified=TRUE action=ALLOW
op=KMODULE action=DENY
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
DEFAULT op=KMODULE action=DENY
op=KMODULE boot_verified=TRUE action=ALLOW
```
)";

// One edit after the other, in the order of the file.
std::vector<diagnostics::TextEdit> InOrder(std::vector<diagnostics::TextEdit> one,
                                           std::vector<diagnostics::TextEdit> other) {
  if (!one.empty() && !other.empty() && other[0].where.begin < one[0].where.begin) {
    std::swap(one, other);
  }
  std::move(other.begin(), other.end(), std::back_inserter(one));
  return one;
}

void Check(Context& context) {
  for (const RuleId id : context.policy.rule_ids()) {
    const policy::Rule& rule = context.policy[id];
    if (!context.ConditionsOf(id).empty() || !context.reachability.Decides(id)) continue;
    const auto& own = context.policy.DefaultOf(rule.operation);
    Diagnostic& finding = context.Report(
        rule.operation, rule.statement, "this rule takes every event of {} that gets to it, so {}",
        Name(rule.operation), own ? "its DEFAULT never decides" : "no DEFAULT ever decides");
    if (own) finding.AddNote("the DEFAULT that never decides", own->statement);
    if (!context.CouldBeDefault(id)) continue;
    if (own) {
      finding.AddFix("let the DEFAULT say it",
                     InOrder(context.ReplaceAction(own->statement, rule.operation, rule.action),
                             context.RemoveStatement(rule.statement)));
    } else {
      finding.AddFix("make it a DEFAULT",
                     context.Replace({rule.statement.begin, rule.statement.begin}, "DEFAULT "));
    }
  }
}

}  // namespace

extern const Body kCatchAllHidesDefault{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
