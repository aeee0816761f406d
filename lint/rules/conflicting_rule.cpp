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

// Of statements for one operation: a fix of others would change operations that the finding is not
// about.
void AddFixes(const Context& context, Diagnostic& finding, const policy::Rule& first,
              const policy::Rule& later) {
  for (const policy::Rule* rule : {&first, &later}) {
    if (context.policy.RulesAt(rule->statement.begin).size() != 1) return;
  }
  std::vector<diagnostics::TextEdit> removal = context.RemoveStatement(later.statement);
  auto edits = context.Replace(first.statement, context.source.text(later.statement).str());
  edits.insert(edits.end(), removal.begin(), removal.end());
  finding.AddGuess("remove the later rule", std::move(removal));
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
    AddFixes(context, finding, first, rule);
  }
}

}  // namespace

extern const Body kConflictingRule{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
