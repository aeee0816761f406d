#include "lsp/features/lenses.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/analysis/witness.h"
#include "compiler/event/write_event.h"
#include "lint/rule.h"
#include "lsp/features/by_target.h"
#include "lsp/features/explain_statement.h"

namespace ipec::lsp {
namespace {

using policy::Operation;
using policy::Rule;
using policy::RuleId;

// A rule that never decides.
Lens UnreachableLens(const Snapshot& snapshot, RuleId id) {
  Lens lens{snapshot.policy()[id].statement, {}, {}};
  if (const auto why = lint::WhyNever(snapshot.coverage(), id)) {
    lens.title = fmt::format("never matches: {}", *why);
    return lens;
  }
  const std::vector<RuleId> blockers = snapshot.reachability().BlockersOf(id);
  lens.title = fmt::format("never decides: decided earlier by {}", LinesOf(snapshot, blockers));
  for (const RuleId blocker : blockers) {
    lens.places.push_back(snapshot.policy()[blocker].statement);
  }
  return lens;
}

// The remaining cases of the operation, above its first rule.
Lens DefaultLens(const Snapshot& snapshot, const Rule& first) {
  Lens lens{first.statement, {}, {}};
  const policy::Default* decides = snapshot.policy().DefaultFor(first.operation);
  const analysis::Share& share = snapshot.shares().OfDefault(first.operation);
  if (share.decided == 0) {
    lens.title = fmt::format("{}: rules decide all cases", Name(first.operation));
  } else if (decides == nullptr) {
    lens.title = fmt::format("{}: {} not decided", Name(first.operation), CasesOf(share));
  } else {
    lens.title = fmt::format("{}: {} decided by default: {}", Name(first.operation), CasesOf(share),
                             Name(decides->action));
  }
  if (decides != nullptr) lens.places.push_back(decides->statement);
  return lens;
}

// As the first target of the snapshot reads it.
std::vector<Lens> LensesForOne(const Snapshot& snapshot) {
  const policy::Policy& policy = snapshot.policy();
  const analysis::Reachability& reachability = snapshot.reachability();
  std::vector<Lens> lenses;
  policy::OperationSet seen;
  for (const policy::RuleIds rules : policy.Statements()) {
    bool decides = false;
    for (const RuleId id : rules) {
      decides = decides || snapshot.shares().Of(id).decided != 0;
      if (!seen.Contains(policy[id].operation)) {
        lenses.push_back(DefaultLens(snapshot, policy[id]));
      }
      seen.Add(policy[id].operation);
    }
    if (!decides) lenses.push_back(UnreachableLens(snapshot, rules.front()));
  }
  if (reachability.GlobalDefaultIsDead()) {
    lenses.push_back(
        {policy.global_default->statement, "decides only operations without a name", {}});
  }
  for (const Operation operation : policy.semantics.operations) {
    if (reachability.OperationDefaultIsDead(operation)) {
      lenses.push_back({policy.DefaultOf(operation)->statement,
                        fmt::format("never decides: rules decide all cases of {}", Name(operation)),
                        {}});
    }
  }
  return lenses;
}

}  // namespace

std::vector<EventLens> EventLensesOf(const Snapshot& snapshot) {
  std::vector<EventLens> lenses;
  const policy::Policy& policy = snapshot.policy();
  if (!snapshot.accepted() || policy.rules.size() > kMostEvents) return lenses;
  lenses.reserve(policy.rules.size());
  for (const policy::RuleIds rules : policy.Statements()) {
    for (const RuleId id : rules) {
      const auto witness = snapshot.reachability().WitnessOf(id);
      if (!witness) continue;
      lenses.push_back({policy[id].statement, event::WriteEvent(analysis::EventOf(*witness))});
      break;
    }
  }
  return lenses;
}

std::vector<Lens> LensesOf(const Snapshot& snapshot) {
  std::vector<Lens> lenses = Together(
      snapshot, LensesForOne,
      [](const Lens& lens) { return fmt::format("{} {}", lens.span.begin, lens.title); },
      [](Lens& lens, const std::string& names) { lens.title += "; only for " + names; });
  std::stable_sort(lenses.begin(), lenses.end(),
                   [](const Lens& a, const Lens& b) { return a.span.begin < b.span.begin; });
  return lenses;
}

}  // namespace ipec::lsp
