#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule has the same conditions as an earlier rule, but another action. The kernel uses the
first rule that matches, so the second never decides. Either one of the two is wrong, or they are in
the wrong order; a tool cannot know which. One fix removes the later rule, the other puts it in the
place of the earlier one; neither is applied without asking.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE boot_verified=TRUE action=DENY
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

// Whether all rules of the statement that has this one conflict with the same earlier statement.
bool IsWholeStatement(const Context& context, RuleId id) {
  const RuleId first = context.FirstAlike(id);
  const policy::RuleIds statement = context.policy.RulesAt(context.policy[id].statement.begin);
  return std::all_of(statement.begin(), statement.end(), [&](RuleId one) {
    const RuleId alike = context.FirstAlike(one);
    return context.policy[alike].action != context.policy[one].action &&
           context.policy[alike].statement == context.policy[first].statement;
  });
}

void AddFixes(const Context& context, Diagnostic& finding, RuleId id) {
  const Span later = context.policy[id].statement;
  const policy::Rule& first = context.policy[context.FirstAlike(id)];
  std::vector<diagnostics::TextEdit> removal = context.RemoveStatement(later);
  auto edits = context.Replace(first.statement, context.source.text(later).str());
  edits.insert(edits.end(), removal.begin(), removal.end());
  finding.AddGuess("remove the later rule", std::move(removal));
  // An alias can give the earlier statement more operations than the later one has.
  if (context.policy.RulesAt(first.statement.begin).size() !=
      context.policy.RulesAt(later.begin).size()) {
    return;
  }
  finding.AddGuess(fmt::format("move the later rule up, in place of line {}", first.line),
                   std::move(edits));
}

void Check(Context& context) {
  for (const RuleId id : context.policy.rule_ids()) {
    const RuleId alike = context.FirstAlike(id);
    const policy::Rule& rule = context.policy[id];
    const policy::Rule& first = context.policy[alike];
    if (first.action == rule.action) continue;
    const auto witness = context.reachability.WitnessOf(id, alike);
    Diagnostic& finding = context.Report(rule.operation, rule.statement,
                                         "this rule {} the same events that line {} {}",
                                         Verb(rule.action), first.line, Verb(first.action));
    finding.AddNote(witness ? context.Decided(*witness, alike) : "this rule comes first",
                    first.statement);
    if (IsWholeStatement(context, id)) AddFixes(context, finding, id);
  }
}

}  // namespace

extern const Body kConflictingRule{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
