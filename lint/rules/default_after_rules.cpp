#include "lint/moves.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A DEFAULT follows rules, as if it were tried after them. Its position has no effect: it
decides the events that no rule matches. Moving it above the rules, with its comments, is a safe
fix. There is no fix if the move would cross the beginning or end of a suppressed range
(`allow-begin`, `allow-end`).

```ipe bad
policy_name=demo policy_version=1.0.0
op=EXECUTE boot_verified=TRUE action=ALLOW
DEFAULT action=DENY
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  std::optional<Mover> mover;
  const syntax::Line* first_rule = nullptr;
  for (const syntax::Line& line : context.document.lines) {
    if (line.kind == syntax::LineKind::Rule && first_rule == nullptr) first_rule = &line;
    if (line.kind != syntax::LineKind::Default || first_rule == nullptr) continue;
    Diagnostic& finding = context.Report(
        line.statement, "this DEFAULT follows rules, although its position has no effect");
    if (!mover) mover.emplace(context);
    std::vector<diagnostics::TextEdit> edits =
        mover->MoveInFront(line.statement, first_rule->statement, Placement::BelowStatement);
    if (!edits.empty()) finding.AddFix("move it above the rules", std::move(edits), true);
  }
}

}  // namespace

extern const Body kDefaultAfterRules{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
