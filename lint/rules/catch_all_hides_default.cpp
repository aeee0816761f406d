#include <algorithm>
#include <iterator>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule without properties matches every event of its operation that reaches it, so no DEFAULT
ever decides one, and the DEFAULT misleads its readers. Put the action in the DEFAULT of the
operation and remove the rule.

The fix does this. Decisions stay the same, but audit records name the DEFAULT instead of the rule,
so it is not a safe fix. Rules that allow are reported by `allow-all-op`.

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

// Both edits, in file order.
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
        rule.operation, rule.statement,
        "this rule matches every event of {} that reaches it, so {}", Name(rule.operation),
        own ? "its DEFAULT never decides" : "no DEFAULT ever decides");
    if (own) finding.AddNote("this DEFAULT never decides", own->statement);
    if (!context.CouldBeDefault(id)) continue;
    if (own) {
      finding.AddFix("replace with a DEFAULT",
                     InOrder(context.ReplaceAction(own->statement, rule.operation, rule.action),
                             context.RemoveStatement(rule.statement)));
    } else {
      finding.AddFix("turn it into a DEFAULT",
                     context.Replace({rule.statement.begin, rule.statement.begin}, "DEFAULT "));
    }
  }
}

}  // namespace

extern const Body kCatchAllHidesDefault{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
