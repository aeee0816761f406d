#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A digest is one byte over and over, such as all zero: it stands for one that was to be filled in. No volume
and no file has it, so the rule never holds.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256:0000000000000000000000000000000000000000000000000000000000000000 action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```
)";

void Check(Context& context) {
  for (const RuleId id : context.Rules()) {
    if (!context.IsFirstOfStatement(id)) continue;
    const auto conditions = context.ConditionsOf(id);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if (!conditions[i].digest.valid()) continue;
      const runtime::Digest digest = context.policy.digests.Get(conditions[i].digest);
      const bool repeats = digest.bytes.size() > 4 &&
                           std::all_of(digest.bytes.begin(), digest.bytes.end(),
                                       [&](std::uint8_t byte) { return byte == digest.bytes[0]; });
      if (!repeats) continue;
      context.Report(
          context.ConditionSpan(id, i),
          "this digest is the byte {:02x} over and over: a place for one, never filled in",
          digest.bytes[0]);
    }
  }
}

}  // namespace

const Body kPlaceholderDigest{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
