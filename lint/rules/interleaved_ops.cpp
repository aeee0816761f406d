#include <utility>

#include "lint/layouts.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(Rules of one operation are mixed with rules of others. Only the order within one operation
has an effect, and it is hard to see here. Each operation is reported once. Grouping the rules is a
safe fix; `ipec fmt --group` does the same.

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

// Longer texts are left to `ipec fmt --group`: formatting them takes longer than all rules
// together.
constexpr std::uint32_t kMostGrouped = 1'000'000;

// The text as `ipec fmt --group` formats it; null if it cannot.
const std::string* Grouped(const Context& context) {
  if (context.source.size() > kMostGrouped) return nullptr;
  const format::Result& result = context.layouts.Grouped();
  return result.not_grouped || result.failure ? nullptr : &result.text;
}

void Check(Context& context) {
  bool is_first = true;
  policy::OperationSet reported;
  policy::OperationMap<std::uint32_t> last;
  RuleId before;
  for (const RuleId id : context.policy.rule_ids()) {
    const policy::Rule& rule = context.policy[id];
    std::uint32_t& line = last[rule.operation];
    const bool goes_on = before.valid() && (context.policy[before].operation == rule.operation ||
                                            !context.IsFirstOfStatement(id));
    if (line != 0 && !goes_on && context.IsFirstOfStatement(id) &&
        !reported.Contains(rule.operation)) {
      reported.Add(rule.operation);
      Diagnostic& finding = context.Report(
          rule.statement,
          "rules for {} continue here after line {}, with other operations in between",
          Name(rule.operation), line);
      if (std::exchange(is_first, false)) {
        if (const std::string* grouped = Grouped(context)) {
          finding.AddFix("group the rules by operation",
                         context.Replace({0, context.source.size()}, *grouped), true);
        }
      }
    }
    line = rule.line;
    before = id;
  }
}

}  // namespace

extern const Body kInterleavedOps{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
