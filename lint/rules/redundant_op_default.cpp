#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The DEFAULT of an operation has the same action as the global DEFAULT. Decisions are the same
without it, but audit records then name the global DEFAULT, so removing it is not a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
DEFAULT op=EXECUTE action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  const auto& global = context.policy.global_default;
  if (!global) return;
  Span before;
  for (const analysis::OperationCoverage& operation : context.coverage.operations()) {
    const auto& own = context.policy.DefaultOf(operation.operation);
    if (!own || own->action != global->action || own->statement == before) continue;
    before = own->statement;
    Diagnostic& finding = context.Report(own->statement, "this DEFAULT repeats the global DEFAULT");
    finding.AddNote("the global DEFAULT is here", global->statement);
    context.AddRemoval(finding, "remove the DEFAULT", own->statement);
  }
}

}  // namespace

extern const Body kRedundantOpDefault{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
