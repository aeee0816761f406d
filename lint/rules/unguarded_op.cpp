#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(An operation is allowed by default and no rule denies any of its events, while EXECUTE is
restricted. Kernel modules, firmware, kexec images and certificates can do more than a program, so a
policy that restricts programs should restrict them too. Rules that only allow restrict nothing if
the DEFAULT allows the rest.

If some rule allows the operation, the fix denies the rest of its events by default. It changes
decisions, so it is not a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=ALLOW
DEFAULT op=EXECUTE action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  if (context.AllowedUnnamed(policy::Operation::Execute) ==
      analysis::PossibleFacts(context.policy.semantics, false, false)) {
    return;
  }
  policy::OperationSet denied;   // in part at least
  policy::OperationSet allowed;  // by a rule
  for (const RuleId id : context.policy.rule_ids()) {
    const policy::Rule& rule = context.policy[id];
    if (!context.reachability.Decides(id)) continue;
    (rule.action == policy::Action::Deny ? denied : allowed).Add(rule.operation);
  }
  for (const analysis::OperationCoverage& coverage : context.coverage.operations()) {
    const policy::Operation operation = coverage.operation;
    const policy::Default* decides = context.policy.DefaultFor(operation);
    if (decides == nullptr || decides->action != policy::Action::Allow ||
        denied.Contains(operation)) {
      continue;
    }
    const analysis::FactsSet all = analysis::FactsSet::All();
    if (context.DecidedUnnamed(operation, {}, all).empty()) continue;
    const bool own = context.policy.DefaultOf(operation).has_value();
    Diagnostic& finding = context.Report(
        operation, decides->statement,
        "{} is allowed by default and no rule denies it, while EXECUTE is restricted",
        Name(operation));
    finding.AddNote(context.Decided(operation, all, {}));
    // Otherwise the fix would stop all events of the operation.
    if (!allowed.Contains(operation)) continue;
    finding.AddFix(
        fmt::format("deny {} by default", Name(operation)),
        own ? context.ReplaceAction(decides->statement, operation, policy::Action::Deny)
            : context.InsertBelow(decides->statement,
                                  fmt::format("DEFAULT op={} action=DENY", Name(operation))));
  }
}

}  // namespace

extern const Body kUnguardedOp{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
