#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A kernel module, firmware, a kernel for kexec or its initramfs is allowed from everywhere
where programs may run, and also from elsewhere. Such code can do more than a program, so it should
have to meet stricter conditions, not weaker ones. The notes show a file that is treated
differently.

Files and volumes that rules identify by digest are not compared: naming one is not a weakness.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_signature=TRUE action=ALLOW
op=KMODULE dmverity_signature=TRUE action=ALLOW
op=KMODULE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_signature=TRUE action=ALLOW
op=KMODULE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  using policy::Operation;
  constexpr Operation kLoads[] = {Operation::KernelModule, Operation::Firmware,
                                  Operation::KexecImage, Operation::KexecInitramfs};
  const analysis::FactsSet run = context.AllowedUnnamed(Operation::Execute);
  if (run.empty()) return;
  for (const Operation operation : kLoads) {
    if (!context.policy.semantics.Knows(operation)) continue;
    const analysis::FactsSet loaded = context.AllowedUnnamed(operation);
    const analysis::FactsSet more = loaded - run;
    const analysis::FactsSet less = run - loaded;
    if (more.empty() || !less.empty()) continue;
    const runtime::Facts facts = Simplest(more);
    const RuleId by = context.DeciderOfUnnamed(operation, facts);
    const RuleId not_by = context.DeciderOfUnnamed(Operation::Execute, facts);
    context
        .Report(operation, context.StatementOf(by, operation),
                "{} is allowed wherever EXECUTE is, and also where EXECUTE is denied",
                Name(operation))
        .AddNote(context.Decided(operation, more, by))
        .AddNote("EXECUTE: " + context.Decided(Operation::Execute, more, not_by),
                 context.StatementOf(not_by, Operation::Execute));
  }
}

}  // namespace

extern const Body kKexecWeakerThanExec{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
