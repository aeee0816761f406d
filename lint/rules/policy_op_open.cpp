#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(IMA policies or X.509 certificates may be read from files nobody vouches for. Who can load those can change
what the kernel trusts, which goes round IPE.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
DEFAULT op=POLICY action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=POLICY dmverity_signature=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  constexpr policy::Operation kOpen[] = {policy::Operation::Policy, policy::Operation::X509Cert,
                                         policy::Operation::ImaPolicy,
                                         policy::Operation::ImaX509Cert};
  for (const policy::Operation operation : kOpen) {
    const analysis::OperationCoverage* coverage = context.coverage.Find(operation);
    if (coverage == nullptr) continue;
    // A plain file: no fact holds, no digest is named.
    const RuleId rule = coverage->base[0];
    const policy::Default* decides = context.DefaultFor(operation);
    const bool by_rule = rule.valid();
    if (!by_rule && decides == nullptr) continue;
    const policy::Action action = by_rule ? context.policy[rule].action : decides->action;
    if (action != policy::Action::Allow) continue;
    context.Report(by_rule ? context.policy[rule].statement : decides->statement,
                   "{} is allowed from any file", Name(operation));
  }
}

}  // namespace

const Body kPolicyOpOpen{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
