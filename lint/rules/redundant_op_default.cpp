#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The DEFAULT of an operation says what the global DEFAULT says. Decisions are the same without it; audit
records would name the global one.

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
    Diagnostic& finding = context.Report(own->statement, "the global DEFAULT says the same");
    finding.AddNote("the global one", global->statement);
    context.AddRemoval(finding, "remove it", own->statement);
  }
}

}  // namespace

extern const Body kRedundantOpDefault{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
