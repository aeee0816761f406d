#include <array>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(Rules of one operation stand among those of others. Only the order within one operation means something, and
here it is hard to see. `ipec fmt --group` puts them together, proved to change nothing.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=KMODULE boot_verified=TRUE action=ALLOW
op=EXECUTE dmverity_signature=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE dmverity_signature=TRUE action=ALLOW
op=KMODULE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  std::array<std::uint32_t, runtime::kOperationCount> last{};
  RuleId before;
  for (const RuleId id : context.Rules()) {
    const policy::Rule& rule = context.policy[id];
    std::uint32_t& line = last[static_cast<std::size_t>(rule.operation)];
    const bool goes_on = before.valid() && (context.policy[before].operation == rule.operation ||
                                            !context.IsFirstOfStatement(id));
    if (line != 0 && !goes_on && context.IsFirstOfStatement(id)) {
      context.Report(rule.statement, "rules for {} went before, up to line {}, and others since",
                     Name(rule.operation), line);
    }
    line = rule.line;
    before = id;
  }
}

}  // namespace

const Body kInterleavedOps{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
