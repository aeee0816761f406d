#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The same value is used as the root hash of a volume and as the digest of a file. A volume and
a file never have the same digest, so the value was copied to the wrong property, and one of the two
rules never matches.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
op=KMODULE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
op=KMODULE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```
)";

// The first use of a digest.
struct Use {
  policy::Property property = policy::Property::BootVerified;
  RuleId rule;
  std::size_t condition = 0;
};

void Check(Context& context) {
  std::vector<Use> first(context.policy.digests.size());
  for (const RuleId id : context.policy.rule_ids()) {
    if (!context.IsFirstOfStatement(id)) continue;
    const auto conditions = context.ConditionsOf(id);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      const policy::Condition& condition = conditions[i];
      // empty-digest reports digests without hex digits.
      if (!condition.digest.valid() || context.policy.digests.Get(condition.digest).bytes.empty()) {
        continue;
      }
      Use& use = first[context.coverage.Representative(condition.digest).index];
      if (!use.rule.valid()) {
        use = {condition.property, id, i};
      } else if (use.property != condition.property) {
        context
            .Report(context.ConditionSpan(id, i), "line {} uses this value for `{}`",
                    context.LineOf(use.rule), runtime::Name(use.property))
            .AddNote("a file and a volume cannot have the same digest",
                     context.ConditionSpan(use.rule, use.condition));
      }
    }
  }
}

}  // namespace

extern const Body kSameDigestTwoProperties{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
