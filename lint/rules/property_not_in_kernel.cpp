#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule uses a property that the kernel was built without: by its configuration (`kernel` in
`ipec.toml`, or `--kernel`), or because `missing-properties` lists it. There, neither TRUE nor FALSE
of the property matches, so the rule never matches, and a DENY never denies. All other rules are
judged for that kernel, too.

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
  const policy::PropertySet missing = context.target.missing;
  if (missing.empty()) return;
  for (const RuleId id : context.policy.rule_ids()) {
    if (!context.IsFirstOfStatement(id)) continue;
    const auto conditions = context.ConditionsOf(id);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      const policy::Property property = conditions[i].property;
      if (!missing.Contains(property)) continue;
      context.Report(context.ConditionSpan(id, i), "the kernel was built without `{}`, so this {}",
                     runtime::Name(property),
                     context.policy[id].action == policy::Action::Deny ? "DENY never denies"
                                                                       : "rule never matches");
      break;
    }
  }
}

}  // namespace

extern const Body kPropertyNotInKernel{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
