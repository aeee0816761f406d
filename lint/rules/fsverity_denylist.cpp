#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule denies one file by its fs-verity digest, and a copy of it would be allowed: one without fs-verity, or
with a byte changed, has another digest or none. The note says where such a copy has to be. A list of what is
allowed cannot be got round that way; nor can such a rule where only signed files or volumes are allowed.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=DENY
op=EXECUTE fsverity_signature=TRUE action=ALLOW
```
)";

// What somebody can make who can write files: nothing that a volume or a signature vouches for.
constexpr bool AnyoneCanMake(unsigned facts) {
  return (facts & (runtime::kDmveritySigned | runtime::kFsveritySigned)) == 0;
}

void Check(Context& context) {
  analysis::FactsSet copies = 0;
  for (unsigned facts = 0; facts < runtime::kFactsCount; ++facts) {
    if (AnyoneCanMake(facts)) copies = static_cast<analysis::FactsSet>(copies | 1U << facts);
  }
  for (const RuleId id : context.Rules()) {
    const policy::Rule& rule = context.policy[id];
    if (rule.action != policy::Action::Deny || !context.IsFirstOfStatement(id)) continue;
    const auto conditions = context.ConditionsOf(id);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if (conditions[i].property != policy::Property::FsverityDigest) continue;
      const analysis::FactsSet allowed = context.AllowedUnnamed(rule.operation) & copies;
      if (allowed == 0 || !context.reachability.Decides(id)) break;
      const analysis::Witness copy{rule.operation, Simplest(allowed), {}, {}};
      const RuleId by = context.DeciderOfUnnamed(rule.operation, copy.facts);
      context
          .Report(context.ConditionSpan(id, i),
                  "a copy of the file without this digest would be allowed")
          .AddNote(context.Decided(copy, by), context.StatementOf(by, rule.operation));
      break;
    }
  }
}

}  // namespace

const Body kFsverityDenylist{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
