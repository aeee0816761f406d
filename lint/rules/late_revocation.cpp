#include <algorithm>
#include <utility>

#include "compiler/analysis/overlaps.h"
#include "lint/moves.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule that denies a volume, a file or another verified origin follows a rule that already
allows some of the same events, so the revocation has no effect on them. The kernel uses the first
rule that matches, so a rule that denies must precede the rules that allow more. The note shows an
event that is still allowed.

A rule that denies only with `=FALSE` is not reported: it closes an allowlist, and its exceptions
precede it. `partially-shadowed` lists them.

The fix moves the rule up, with its comments. It changes decisions, so it is not a safe fix. A rule
for an alias of several operations has a fix if it is too late for all of them because of the same
rule.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_signature=TRUE action=ALLOW
op=EXECUTE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=DENY
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=DENY
op=EXECUTE dmverity_signature=TRUE action=ALLOW
```
)";

// Whether the rule revokes a digest or a verified property: it has a digest or a TRUE property. If
// it has no digest and never decides, unreachable-rule reports it.
bool Revokes(const Context& context, RuleId id) {
  const auto conditions = context.ConditionsOf(id);
  const bool decides = context.reachability.Decides(id);
  return context.policy[id].action == policy::Action::Deny &&
         std::any_of(conditions.begin(), conditions.end(), [&](const policy::Condition& of) {
           return of.digest.valid() || (of.expected && decides);
         });
}

// Whether an earlier rule is the same: then that one is late, and this one a repetition.
bool IsRepeated(const Context& context, RuleId id) {
  const RuleId first = context.FirstAlike(id);
  return first != id && context.policy[first].action == context.policy[id].action;
}

// The events that the earlier rule allows, of those that this rule denies.
std::string_view ShareOf(const Context& context, RuleId id) {
  if (context.reachability.Decides(id)) return "some of its events";
  return context.reachability.BlockersOf(id).size() == 1
             ? "all of its events"
             : "some of its events, and earlier rules decide the others";
}

// A rule that denies, and an overlapping earlier rule that allows.
struct Late {
  RuleId rule;
  analysis::Overlap allowed;
};

Diagnostic& Explain(Context& context, Diagnostic& finding, const Late& late) {
  return finding.AddNote(context.Decided(late.allowed.witness, late.allowed.by),
                         context.policy[late.allowed.by].statement);
}

// Whether all operations of a statement are late for the same reason: one finding and one move.
bool AreAlike(const Context& context, const std::vector<Late>& late, policy::RuleIds statement) {
  return late.size() == statement.size() &&
         std::all_of(late.begin(), late.end(), [&](const Late& one) {
           return context.FirstAlike(one.rule) == one.rule &&
                  context.policy[one.allowed.by].statement ==
                      context.policy[late[0].allowed.by].statement &&
                  ShareOf(context, one.rule) == ShareOf(context, late[0].rule);
         });
}

void ReportLate(Context& context, Mover& mover, const std::vector<Late>& late,
                policy::RuleIds statement) {
  constexpr auto kWords = "this rule denies too late: line {} already allows {}";
  const Late& one = late[0];
  const policy::Rule& rule = context.policy[one.rule];
  const policy::Rule& first = context.policy[one.allowed.by];
  if (statement.size() > 1 && !AreAlike(context, late, statement)) {
    // A move would change the decisions of the statement's other operations.
    for (const Late& each : late) {
      Explain(context,
              context.Report(context.policy[each.rule].operation, rule.statement, kWords,
                             context.LineOf(each.allowed.by), ShareOf(context, each.rule)),
              each);
    }
    return;
  }
  const std::string_view share = ShareOf(context, one.rule);
  Diagnostic& finding =
      statement.size() > 1
          ? context.Report(rule.statement, kWords, first.line, share)
          : context.Report(rule.operation, rule.statement, kWords, first.line, share);
  Explain(context, finding, one);
  auto edits = mover.MoveInFront(rule.statement, first.statement, Placement::AboveComments);
  if (!edits.empty()) finding.AddFix("move the rule up", std::move(edits));
}

void Check(Context& context) {
  analysis::Overlaps overlaps(context.reachability);
  Mover mover(context);
  for (const policy::RuleIds statement : context.policy.Statements()) {
    std::vector<Late> late;
    for (const RuleId id : statement) {
      if (!Revokes(context, id) || IsRepeated(context, id)) continue;
      if (auto allowed = overlaps.FirstOtherwise(id)) late.push_back({id, std::move(*allowed)});
    }
    if (!late.empty()) ReportLate(context, mover, late, statement);
  }
}

}  // namespace

extern const Body kLateRevocation{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
