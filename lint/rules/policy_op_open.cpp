#include "compiler/analysis/case_group.h"
#include "compiler/pipeline/case_words.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(IMA policies or X.509 certificates may be read from unverified files. Such a file can change
what the kernel trusts, which bypasses IPE.

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
    if (!context.policy.semantics.Knows(operation)) continue;
    const analysis::FactsSet allowed = context.AllowedUnnamed(operation) & analysis::kUnverified;
    if (allowed.empty()) continue;
    const RuleId by = context.DeciderOfUnnamed(operation, Simplest(allowed));
    context
        .Report(operation, context.StatementOf(by, operation), "{} is allowed from {}",
                Name(operation), pipeline::kUnverifiedFiles)
        .AddNote(context.Decided(operation, allowed, by));
  }
}

}  // namespace

extern const Body kPolicyOpOpen{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
