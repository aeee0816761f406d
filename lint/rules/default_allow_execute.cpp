#include "compiler/analysis/case_group.h"
#include "compiler/pipeline/case_words.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The DEFAULT allows EXECUTE for files that anyone could have made: they are neither on the
initramfs nor signed, and no rule names them. Such a policy is only a denylist, and a file leaves
the list if a single byte of it changes. A DEFAULT that allows only what rules with `=FALSE` leave
over, such as files on signed volumes, is not reported.

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

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=ALLOW
op=EXECUTE boot_verified=FALSE dmverity_signature=FALSE action=DENY
```
)";

void Check(Context& context) {
  constexpr policy::Operation kExecute = policy::Operation::Execute;
  const policy::Default* decides = context.policy.DefaultFor(kExecute);
  if (decides == nullptr || decides->action != policy::Action::Allow) return;
  const analysis::FactsSet allowed = context.DecidedUnnamed(kExecute, {}, analysis::kUnverified);
  if (allowed.empty()) return;
  Diagnostic& finding =
      context.Report(kExecute, decides->statement, "EXECUTE is allowed by default for {}",
                     pipeline::kUnverifiedFiles);
  finding.AddNote(context.Decided(kExecute, allowed, {}));
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
