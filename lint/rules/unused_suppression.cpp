#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A comment `# ipec: allow(…)` suppresses no finding: the policy was fixed, or the comment is
in the wrong place. An unused suppression could hide a new finding later.

A comment applies to its own line or, on a line of its own, to the next statement. Removing it is a
safe fix; if it has several names, only the unused ones are removed. The name of a rule that is off
in this run is not reported, because the comment may suppress a finding when the rule is on.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY # ipec: allow(duplicate-rule) generated
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
```
)";

// Whether the comment could suppress findings by this name, but does not.
bool IsIdle(const Context& context, const Suppression& comment, const std::string& name) {
  const Rule* rule = FindRule(name);
  if (rule == nullptr && name != "all") return false;
  // Comments never suppress findings about comments.
  if (rule != nullptr && rule->category != Category::Meta && !context.Ran(*rule)) return false;
  const LintRuleId id = rule == nullptr ? LintRuleId() : rule->id;
  return std::find(comment.used_for.begin(), comment.used_for.end(), id) == comment.used_for.end();
}

// The name and the comma that separates it from the others.
Span WithComma(const Suppression& comment, std::size_t name) {
  const auto& spans = comment.name_spans;
  return name == 0 ? Span{spans[0].begin, spans[1].begin}
                   : Span{spans[name - 1].end, spans[name].end};
}

void Check(Context& context) {
  for (const Suppression& comment : context.suppressions) {
    // Other rules of this category report comments that cannot suppress anything.
    if (comment.expired || !comment.unknown_verb.empty()) continue;
    if (comment.unopened) {
      context.Report(comment.where, "this `allow-end` has no `allow-begin`")
          .AddFix("remove the comment", context.RemoveComment(comment), true);
      continue;
    }
    if (!comment.has_reason()) continue;
    if (comment.names.empty() ||
        (comment.names.size() == 1 && IsIdle(context, comment, comment.names[0]))) {
      context.Report(comment.where, "this comment suppresses no finding")
          .AddFix("remove the comment", context.RemoveComment(comment), true);
      continue;
    }
    // Name by name, even if all of them are unused: one may be used for another target.
    for (std::size_t i = 0; comment.names.size() > 1 && i < comment.names.size(); ++i) {
      if (!IsIdle(context, comment, comment.names[i])) continue;
      context
          .Report(comment.name_spans[i], "this comment suppresses no finding of `{}`",
                  comment.names[i])
          .AddFix("remove the name", context.Replace(WithComma(comment, i), {}), true);
    }
  }
}

}  // namespace

extern const Body kUnusedSuppression{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
