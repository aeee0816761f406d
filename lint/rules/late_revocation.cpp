#include <algorithm>
#include <utility>

#include "lint/moves.h"
#include "lint/rule.h"
#include "llvm/ADT/DenseMap.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule that denies one volume or one file comes after a rule that allows some of it: the revocation is
without effect there. The kernel takes the first rule that holds, so what denies single things must come
before what allows many.

The fix moves the rule up, with its comments. It changes decisions, so it is not applied unless asked for.

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

using analysis::NamedDigest;
using analysis::OperationCoverage;
using analysis::Row;

struct Allowed {
  RuleId by;
  analysis::Witness witness;
};

// What of the events that a rule denies earlier rules allow.
class Revocations {
 public:
  explicit Revocations(const Context& context) : context_(context) {
    for (const OperationCoverage& operation : context.coverage.operations()) {
      Across& across = across_.emplace_back();
      across.by_roothash = FirstAllowed(operation.roothashes);
      across.by_digest = FirstAllowed(operation.digests);
      for (const analysis::NamedPair& pair : operation.pairs) {
        across.pairs[{pair.roothash, pair.digest}] = &pair;
      }
    }
  }

  std::optional<Allowed> Find(RuleId id) const {
    for (const RuleId blocker : context_.reachability.BlockersOf(id)) {
      if (context_.policy[blocker].action != policy::Action::Allow) continue;
      return Allowed{blocker, *context_.reachability.WitnessOf(id, blocker)};
    }
    return FindAcross(id);
  }

 private:
  struct Across {
    Row by_roothash;
    Row by_digest;
    llvm::DenseMap<std::pair<std::uint32_t, std::uint32_t>, const analysis::NamedPair*> pairs;
  };

  // For each combination of facts the first rule that allows some of the digests.
  Row FirstAllowed(const std::vector<NamedDigest>& named) const {
    Row first;
    for (const NamedDigest& digest : named) {
      for (std::size_t facts = 0; facts < first.size(); ++facts) {
        const RuleId rule = digest.row[facts];
        if (rule.valid() && rule < first[facts] &&
            context_.policy[rule].action == policy::Action::Allow) {
          first[facts] = rule;
        }
      }
    }
    return first;
  }

  // A volume is denied and a file on it was allowed before, or the other way round.
  std::optional<Allowed> FindAcross(RuleId id) const {
    const policy::Policy& policy = context_.policy;
    const analysis::Demand demand = context_.coverage.DemandOf(policy[id]);
    const bool volume = demand.roothash.valid();
    if (demand.contradictory() || volume == demand.digest.valid()) return std::nullopt;
    const OperationCoverage& operation = *context_.coverage.Find(policy[id].operation);
    const Across& across =
        across_[static_cast<std::size_t>(&operation - context_.coverage.operations().data())];
    const std::uint32_t own = context_.coverage.RowOf(id);
    const Row& row = (volume ? operation.roothashes : operation.digests)[own].row;
    const analysis::FactsSet asked =
        demand.facts & analysis::PossibleFacts(policy.semantics, true, true);
    for (unsigned facts = 0; facts < row.size(); ++facts) {
      const RuleId rule = (volume ? across.by_digest : across.by_roothash)[facts];
      // What comes before both allows or denies for a reason of its own.
      if (!analysis::Contains(asked, facts) || rule >= id || row[facts] < rule) continue;
      const std::uint32_t other = context_.coverage.RowOf(rule);
      const auto pair = across.pairs.find(volume ? std::pair(own, other) : std::pair(other, own));
      if (pair != across.pairs.end() && pair->second->row[facts] < rule) continue;
      const analysis::Demand allowed = context_.coverage.DemandOf(policy[rule]);
      return Allowed{rule, analysis::MakeWitness(policy, policy[id].operation,
                                                 static_cast<runtime::Facts>(facts),
                                                 volume ? demand.roothash : allowed.roothash,
                                                 volume ? allowed.digest : demand.digest)};
    }
    return std::nullopt;
  }

  const Context& context_;
  std::vector<Across> across_;  // by operation, as the coverage has them
};

void Check(Context& context) {
  const Revocations revocations(context);
  for (const RuleId id : context.Rules()) {
    const policy::Rule& rule = context.policy[id];
    const auto conditions = context.ConditionsOf(id);
    if (rule.action != policy::Action::Deny ||
        std::none_of(conditions.begin(), conditions.end(),
                     [](const policy::Condition& of) { return of.digest.valid(); })) {
      continue;
    }
    const auto allowed = revocations.Find(id);
    if (!allowed) continue;
    const policy::Rule& first = context.policy[allowed->by];
    Diagnostic& finding =
        context.Report(rule.statement, "this rule denies too late: line {} already allows {} of it",
                       first.line, context.reachability.Decides(id) ? "some" : "all");
    finding.AddNote(context.Decided(allowed->witness, allowed->by), first.statement);
    if (!context.IsFirstOfStatement(id)) continue;
    std::vector<diagnostics::TextEdit> edits =
        MoveInFront(context, rule.statement, first.statement, Goes::AboveComments);
    if (!edits.empty()) finding.AddFix("move the rule up", std::move(edits));
  }
}

}  // namespace

const Body kLateRevocation{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
