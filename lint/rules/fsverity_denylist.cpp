#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule denies one file by its fs-verity digest. Whoever can write a file gets round it: a copy without
fs-verity, or with one byte changed, has no such digest. A list of what is allowed cannot be got round
that way.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```
)";

void Check(Context& context) {
  for (const RuleId id : context.Rules()) {
    if (context.policy[id].action != policy::Action::Deny || !context.IsFirstOfStatement(id))
      continue;
    const auto conditions = context.ConditionsOf(id);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if (conditions[i].property != policy::Property::FsverityDigest) continue;
      context.Report(context.ConditionSpan(id, i),
                     "a copy of the file without fs-verity is not denied by its digest");
      break;
    }
  }
}

}  // namespace

const Body kFsverityDenylist{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
