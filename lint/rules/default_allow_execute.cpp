#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(EXECUTE is allowed by default: every file that no rule matches may run, and so may memory
without a file. Such a policy is only a denylist, and a file leaves the list if a single byte of it
changes.

If some rule allows EXECUTE, the fix denies the rest. It changes decisions, so it is not a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=ALLOW
DEFAULT op=KMODULE action=DENY
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  constexpr policy::Operation kExecute = policy::Operation::Execute;
  const policy::Default* decides = context.policy.DefaultFor(kExecute);
  if (decides == nullptr || decides->action != policy::Action::Allow) return;
  const auto witness = context.reachability.WitnessOfDefault(kExecute);
  if (!witness) return;
  Diagnostic& finding =
      context.Report(kExecute, decides->statement,
                     "EXECUTE is allowed by default, so files that no rule matches may run");
  finding.AddNote(context.Decided(*witness, {}));
  for (const RuleId id : context.policy.rule_ids()) {
    const policy::Rule& rule = context.policy[id];
    if (rule.operation != kExecute || rule.action != policy::Action::Allow ||
        !context.reachability.Decides(id)) {
      continue;
    }
    const bool own = context.policy.DefaultOf(kExecute).has_value();
    finding.AddFix("deny EXECUTE by default",
                   own ? context.ReplaceAction(decides->statement, kExecute, policy::Action::Deny)
                       : context.InsertBelow(decides->statement, "DEFAULT op=EXECUTE action=DENY"));
    return;
  }
}

}  // namespace

extern const Body kDefaultAllowExecute{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
