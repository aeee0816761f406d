#include <algorithm>

#include "compiler/analysis/placed_events.h"
#include "lint/image.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(No event that the image can cause is decided by this rule. Its places are the initramfs, the
dm-verity volumes of the inventory, file systems without dm-verity, and events without a file. A
rule for other volumes is left over, or the inventory is that of another image. The image is what
`--with` names; without it, this rule reports nothing.

An inventory without volumes leaves open which root hashes there are, and one without files which
fs-verity digests. Files with other digests than those listed are possible. A rule that denies a
single digest is meant for volumes and files that are no longer in the image, so it is not reported.

```json image
{"version":1,"volumes":[{"name":"usr","roothash":"sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887","signed":false}],"files":[]}
```

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_signature=TRUE action=ALLOW
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

bool IsRevocation(const Context& context, RuleId id) {
  const auto conditions = context.ConditionsOf(id);
  return context.policy[id].action == policy::Action::Deny &&
         std::any_of(conditions.begin(), conditions.end(),
                     [](const policy::Condition& one) { return one.digest.valid(); });
}

void Check(Context& context) {
  if (context.image() == nullptr) return;
  const analysis::PlacedEvents& events = context.PlacedEvents();
  for (const policy::RuleIds statement : context.policy.Statements()) {
    if (statement.count == 0) continue;
    const RuleId first = *statement.begin();
    bool decides = false;  // some event of any image
    bool decides_here = false;
    for (const RuleId id : statement) {
      decides |= context.reachability.Decides(id);
      decides_here |= events.Decides(id);
    }
    if (!decides || decides_here || IsRevocation(context, first)) continue;
    context.Report(context.policy[first].statement,
                   "this rule decides no event that the image can cause");
  }
}

}  // namespace

extern const Body kNeverDecidesInImage{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
