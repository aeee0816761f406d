#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(EXECUTE is denied for memory without a file. Most policies intend this, but it stops
just-in-time compilers, trampolines of old libraries and programs that run from memory. It is
reported once, and only on request, so that it is a conscious decision.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=ALLOW
```
)";

void Check(Context& context) {
  const analysis::OperationCoverage* execute = context.coverage.Find(policy::Operation::Execute);
  const policy::Default* decides = context.policy.DefaultFor(policy::Operation::Execute);
  if (execute == nullptr || decides == nullptr) return;
  const RuleId rule = execute->base[0];
  const bool by_rule = rule.valid();
  if ((by_rule ? context.policy[rule].action : decides->action) != policy::Action::Deny) return;
  context.Report(policy::Operation::Execute,
                 by_rule ? context.policy[rule].statement : decides->statement,
                 "executable memory without a file is denied, so just-in-time compilers fail");
}

}  // namespace

extern const Body kAnonymousExecDenied{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
