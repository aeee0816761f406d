#include "lint/moves.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A DEFAULT stands behind rules, as if it were tried after them in order. It has no place in an order; it decides
what no rule does, wherever it stands. Moving it in front of them, with its comments, is a safe fix. None is
offered across one end of a stretch of suppression (`allow-begin`, `allow-end`).

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
        line.statement, "a DEFAULT has no place in the order of rules, as it seems here");
    if (!mover) mover.emplace(context);
    std::vector<diagnostics::TextEdit> edits =
        mover->MoveInFront(line.statement, first_rule->statement, Goes::BelowStatement);
    if (!edits.empty()) finding.AddFix("move it in front of the rules", std::move(edits), true);
  }
}

}  // namespace

extern const Body kDefaultAfterRules{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
