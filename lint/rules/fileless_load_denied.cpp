#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/support/wording.h"
#include "compiler/targets/meanings.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A policy allows kernel modules, firmware or kexec images from some files, but denies the same
data without a file: `init_module`, firmware that the kernel gets from a buffer, `kexec_load`. Only
`=FALSE` properties match events without a file, so a rule or DEFAULT like this one always decides
such loads. This is reported on request, because programs then have to use `finit_module` and
`kexec_file_load`. The kernel reads the other operations' data only from files.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=KMODULE dmverity_signature=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_signature=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  using policy::Operation;
  policy::OperationSet allowed;
  for (const RuleId id : context.policy.rule_ids()) {
    const policy::Rule& rule = context.policy[id];
    if (rule.action == policy::Action::Allow && context.reachability.Decides(id)) {
      allowed.Add(rule.operation);
    }
  }
  // The denied operations, by statement.
  std::map<std::uint32_t, std::pair<Span, std::vector<std::string_view>>> denied;
  for (const Operation operation : context.policy.semantics.operations) {
    if (operation == Operation::Execute || !targets::CanLackFile(operation)) continue;
    const analysis::FactsSet unnamed = context.AllowedUnnamed(operation);
    if (unnamed.Contains(0) || (unnamed.empty() && !allowed.Contains(operation))) continue;
    const Span where = context.StatementOf(context.DeciderOfUnnamed(operation, 0), operation);
    auto& [statement, names] = denied[where.begin];
    statement = where;
    names.push_back(Name(operation));
  }
  for (const auto& [begin, found] : denied) {
    context.Report(found.first, "{} without a file, for example from memory, {} denied here",
                   support::Listed(found.second), found.second.size() == 1 ? "is" : "are");
  }
}

}  // namespace

extern const Body kFilelessLoadDenied{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
