#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(What no rule for EXECUTE mentions may run: any file, and memory without a file. Such a policy only keeps a
list of what is forbidden, and every byte changed in a forbidden file takes it off the list.

Where some rule allows EXECUTE, the fix denies the rest. It changes decisions, so it is not applied unless asked
for.

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
      context.Report(kExecute, decides->statement, "what no rule for EXECUTE mentions may run");
  finding.AddNote(context.Decided(*witness, {}));
  for (const RuleId id : context.policy.rule_ids()) {
    const policy::Rule& rule = context.policy[id];
    if (rule.operation != kExecute || rule.action != policy::Action::Allow ||
        !context.reachability.Decides(id)) {
      continue;
    }
    const bool own = context.policy.DefaultOf(kExecute).has_value();
    finding.AddFix("deny the rest",
                   own ? context.ReplaceAction(decides->statement, kExecute, policy::Action::Deny)
                       : context.InsertBelow(decides->statement, "DEFAULT op=EXECUTE action=DENY"));
    return;
  }
}

}  // namespace

extern const Body kDefaultAllowExecute{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
