#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A comment `# ipec: allow(…)` silences no finding: the policy was mended, or the comment stands in the
wrong place. What silences nothing today would hide something tomorrow.

A comment counts for its own line and, on a line of its own, for the next statement. Removing it is a safe
fix. Nothing is said of a comment that names a rule which is off in this run: with that rule it may silence
something.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY # ipec: allow(duplicate-rule) generated
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
```
)";

void Check(Context& context) {
  for (const Suppression& comment : context.suppressions) {
    // What cannot silence anything is what other rules of this category speak of.
    if (comment.used || comment.expired) continue;
    bool known = comment.names.empty();
    bool asked = true;
    for (const std::string& name : comment.names) {
      const Rule* rule = FindRule(name);
      known |= rule != nullptr;
      // Comments never silence what is said about comments.
      asked &= rule == nullptr || rule->category == Category::Meta || context.Ran(*rule);
    }
    if (comment.unopened) {
      context.Report(comment.where, "this ends a stretch of suppression that was never begun")
          .AddFix("remove the comment", context.RemoveComment(comment), true);
    } else if (known && asked) {
      context.Report(comment.where, "this comment silences no finding")
          .AddFix("remove the comment", context.RemoveComment(comment), true);
    }
  }
}

}  // namespace

const Body kUnusedSuppression{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
