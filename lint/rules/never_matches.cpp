#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(No event can match the rule, whatever the other rules are.

It requires a property to be both TRUE and FALSE, two different root hashes or file digests, or (a
warning) a file that is both on the initramfs and on a dm-verity volume: the initramfs has no block
device. All conditions of a rule must match together; to allow two volumes, write two rules.

Removing the rule is a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE dmverity_signature=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE dmverity_signature=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  for (const RuleId id : context.policy.rule_ids()) {
    const analysis::Impossible why = context.reachability.WhyImpossible(id);
    // property-not-in-kernel reports the last one: another kernel may have the property.
    if (why == analysis::Impossible::No || why == analysis::Impossible::MissingProperty ||
        !context.IsFirstOfStatement(id)) {
      continue;
    }
    const Span statement = context.policy[id].statement;
    Diagnostic& finding = context.Report(statement, "this rule never matches: {}", Describe(why));
    if (why == analysis::Impossible::InitramfsOnVolume) finding.severity = Severity::Warning;
    context.AddRemoval(finding, "remove the rule", statement, true);
  }
}

}  // namespace

extern const Body kNeverMatches{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
