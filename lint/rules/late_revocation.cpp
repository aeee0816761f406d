#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule that denies one volume or one file comes after a rule that allows some of it: the revocation is
without effect there. The kernel takes the first rule that holds, so what denies single things must come
before what allows many.

The fix moves the rule up. It changes decisions, so it is not applied unless asked for.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_signature=TRUE action=ALLOW
op=EXECUTE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=DENY
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=DENY
op=EXECUTE dmverity_signature=TRUE action=ALLOW
```
)";

bool NamesADigest(const Context& context, RuleId rule) {
  const auto conditions = context.ConditionsOf(rule);
  return std::any_of(conditions.begin(), conditions.end(),
                     [](const policy::Condition& condition) { return condition.digest.valid(); });
}

void Check(Context& context) {
  for (const RuleId id : context.Rules()) {
    const policy::Rule& rule = context.policy[id];
    if (rule.action != policy::Action::Deny || !NamesADigest(context, id)) continue;
    const std::vector<RuleId> blockers = context.reachability.BlockersOf(id);
    const auto allows = std::find_if(blockers.begin(), blockers.end(), [&](RuleId blocker) {
      return context.policy[blocker].action == policy::Action::Allow;
    });
    if (allows == blockers.end()) continue;
    const policy::Rule& first = context.policy[*allows];
    Diagnostic& finding =
        context.Report(rule.statement, "this rule denies too late: line {} already allows {} of it",
                       first.line, context.reachability.Decides(id) ? "some" : "all");
    finding.AddNote("still allowed by this rule", first.statement);
    if (!context.IsFirstOfStatement(id)) continue;
    const std::uint32_t above = context.DocumentLineAt(first.statement.begin).span.begin;
    const std::string text = context.source.text(rule.statement).str() + "\n";
    std::vector<diagnostics::TextEdit> edits = context.Replace({above, above}, text);
    edits.push_back(context.RemoveLine(rule.statement)[0]);
    finding.AddFix("move the rule up", std::move(edits));
  }
}

}  // namespace

const Body kLateRevocation{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
