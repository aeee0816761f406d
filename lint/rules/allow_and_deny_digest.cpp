#include "lint/rule.h"
#include "llvm/ADT/DenseMap.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(Rules of one operation allow and deny the same volume or file, under different circumstances. A digest names
exactly one thing; whoever puts it on a list of what is forbidden does not expect to find it on that of what is
allowed. The note has an event for which the earlier rule decides.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 boot_verified=TRUE action=DENY
op=EXECUTE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=DENY
op=KMODULE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```
)";

void Check(Context& context) {
  // By operation, root hash and file digest: the first rule that decides something.
  using Key = std::pair<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t>;
  llvm::DenseMap<Key, RuleId> first;
  for (const RuleId id : context.Rules()) {
    const policy::Rule& rule = context.policy[id];
    const analysis::Demand demand = context.coverage.DemandOf(rule);
    // What decides nothing is said by others.
    if ((!demand.roothash.valid() && !demand.digest.valid()) || !context.reachability.Decides(id)) {
      continue;
    }
    const Key key = {{demand.roothash.index, demand.digest.index},
                     static_cast<std::uint32_t>(rule.operation)};
    const RuleId before = first.try_emplace(key, id).first->second;
    const policy::Rule& other = context.policy[before];
    if (other.action == rule.action) continue;
    context
        .Report(rule.statement, "line {} says {} of this digest, and this rule {}", other.line,
                runtime::Name(other.action), runtime::Name(rule.action))
        .AddNote(context.Decided(*context.reachability.WitnessOf(before), before), other.statement);
  }
}

}  // namespace

const Body kAllowAndDenyDigest{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
