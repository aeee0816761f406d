#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule denies one file by its fs-verity digest, but a copy of that file is allowed: a copy
without fs-verity has no digest, and a copy with a changed byte has another one. The note shows
where a copy is allowed. An allowlist cannot be bypassed in this way, nor can such a rule if only
signed files or volumes are allowed.

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

void Check(Context& context) {
  // Files that anyone with write access can make: neither on a signed volume nor signed.
  constexpr analysis::FactsSet kCopies =
      analysis::FactsSet::WithNoneOf(runtime::kDmveritySigned | runtime::kFsveritySigned);
  const auto allowed_copies = [&](RuleId id) -> analysis::FactsSet {
    if (!context.reachability.Decides(id)) return {};
    return context.AllowedUnnamed(context.policy[id].operation) & kCopies;
  };
  for (const policy::RuleIds statement : context.policy.Statements()) {
    if (context.policy[statement.front()].action != policy::Action::Deny) continue;
    const auto conditions = context.ConditionsOf(statement.front());
    const auto named =
        std::find_if(conditions.begin(), conditions.end(), [](const policy::Condition& condition) {
          return condition.property == policy::Property::FsverityDigest;
        });
    if (named == conditions.end()) continue;
    const auto id = std::find_if(statement.begin(), statement.end(),
                                 [&](RuleId one) { return !allowed_copies(one).empty(); });
    if (id == statement.end()) continue;
    const policy::Operation operation = context.policy[*id].operation;
    const analysis::FactsSet copies = allowed_copies(*id);
    const RuleId by = context.DeciderOfUnnamed(operation, Simplest(copies));
    context
        .Report(context.ConditionSpan(*id, support::ToSize(named - conditions.begin())),
                "a copy of the file without this digest is allowed")
        .AddNote(context.Decided(operation, copies, by), context.StatementOf(by, operation));
  }
}

}  // namespace

extern const Body kFsverityDenylist{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
