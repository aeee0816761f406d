#include "lint/digest_algorithms.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The length of a digest is not that of its algorithm, so the rule never matches: the kernel
compares the length too. Digits were lost or repeated on the way into the policy. The kernel's
documentation contained such an example, a `sha256` digest with 56 hex digits.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256:cd2c5bae7c6c579edaae4353049d58eb5f2e8be0244bf05345bf8e5ed257baff01 action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```
)";

void Check(Context& context) {
  for (const RuleId id : context.policy.rule_ids()) {
    if (!context.IsFirstOfStatement(id)) continue;
    const auto conditions = context.ConditionsOf(id);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if (!conditions[i].digest.valid()) continue;
      const runtime::Digest digest = context.policy.digests.Get(conditions[i].digest);
      const DigestAlgorithm* algorithm = FindAlgorithm(digest.algorithm);
      if (algorithm == nullptr || digest.bytes.empty() || digest.bytes.size() == algorithm->bytes) {
        continue;
      }
      context.Report(context.ConditionSpan(id, i), "{}: the rule never matches",
                     Describe(Flaw::Length, digest, conditions[i].property));
    }
  }
}

}  // namespace

extern const Body kDigestLength{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
