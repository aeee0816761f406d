#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A digest has uppercase hex digits. The kernel accepts both cases, but tools print lowercase,
so a search for their output does not find this digest. Using lowercase is a safe fix; `ipec fmt`
does the same.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256:8D5A2A1C9E4F6B703D1E2C4B5A69788796A5B4C3D2E1F00F1E2D3C4B5A697887 action=ALLOW
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
      const Span where = context.ConditionSpan(id, i);
      const llvm::StringRef text = context.source.text(where);
      const std::size_t colon = text.rfind(':');
      const std::size_t begin = colon == llvm::StringRef::npos ? text.find('=') + 1 : colon + 1;
      const llvm::StringRef digits = text.drop_front(begin);
      if (digits == digits.lower()) continue;
      const Span there = context.source.SpanOf(digits);
      context.Report(there, "uppercase hex digits")
          .AddFix("use lowercase", context.Replace(there, digits.lower()), true);
    }
  }
}

}  // namespace

extern const Body kUppercaseHex{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
