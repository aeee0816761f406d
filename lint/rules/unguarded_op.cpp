#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(An operation has no rule and is allowed by default, while EXECUTE is not. Kernel modules, firmware, kexec
images and certificates can do more than a program can: a policy that restricts programs should not leave
them open unseen.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=ALLOW
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
  const policy::Default* execute = context.DefaultFor(policy::Operation::Execute);
  if (execute == nullptr || execute->action == policy::Action::Allow) return;
  for (const analysis::OperationCoverage& operation : context.coverage.operations()) {
    const policy::Default* decides = context.DefaultFor(operation.operation);
    if (decides == nullptr || decides->action != policy::Action::Allow) continue;
    const auto& rules = context.policy.rules;
    if (std::any_of(rules.begin(), rules.end(), [&](const policy::Rule& rule) {
          return rule.operation == operation.operation;
        })) {
      continue;
    }
    context.Report(decides->statement,
                   "{} has no rule and is allowed by default, while EXECUTE is not",
                   Name(operation.operation));
  }
}

}  // namespace

const Body kUnguardedOp{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
