#include <algorithm>

#include "compiler/pipeline/config.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule uses a property whose option is disabled in the project's kernel (`missing-properties`
under `[lint]` in `ipec.toml`). There, neither TRUE nor FALSE of the property matches, so the rule
never matches, and a DENY never denies.

```toml
[lint]
missing-properties = ["fsverity_signature"]
```

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_signature=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  const auto& missing = context.config.lint.missing_properties;
  if (missing.empty()) return;
  for (const RuleId id : context.policy.rule_ids()) {
    if (!context.IsFirstOfStatement(id)) continue;
    const auto conditions = context.ConditionsOf(id);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      const std::string_view name = runtime::Name(conditions[i].property);
      if (std::find(missing.begin(), missing.end(), name) == missing.end()) continue;
      context.Report(context.ConditionSpan(id, i),
                     "the project's kernel lacks `{}`, so this rule never matches", name);
      break;
    }
  }
}

}  // namespace

extern const Body kPropertyNotInKernel{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
