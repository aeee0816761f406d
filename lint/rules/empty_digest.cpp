#include "lint/digest_algorithms.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A digest has an algorithm but no hex digits. The kernel accepts it, but no file or volume has
such a digest, so the rule never matches.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256: action=ALLOW
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
      if (!digest.bytes.empty()) continue;
      context.Report(context.ConditionSpan(id, i), "{}: the rule never matches",
                     Describe(Flaw::NoDigits, digest, conditions[i].property));
    }
  }
}

}  // namespace

extern const Body kEmptyDigest{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
