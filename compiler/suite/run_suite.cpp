#include "compiler/suite/run_suite.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "compiler/event/write_event.h"
#include "compiler/support/numbers.h"

namespace ipec::suite {

using analysis::ClaimResult;
using analysis::Mutant;
using policy::Policy;
using Fate = MutantResult::Fate;

namespace {

bool IsPassed(const ClaimResult& result) {
  return result.verdict == ClaimResult::Verdict::Holds;
}

// The statements of a policy in file order: rules and DEFAULTs.
std::vector<CoveredStatement> StatementsOf(const pipeline::TargetReading& reading) {
  const Policy& policy = reading.policy();
  const analysis::Reachability& reachability = reading.reachability();
  std::vector<CoveredStatement> statements;
  if (const auto& of = policy.global_default) {
    statements.push_back({of->statement, of->line, 0, !reachability.GlobalDefaultIsDead()});
  }
  for (const policy::Operation operation : policy.semantics.operations) {
    const auto& of = policy.operation_defaults[operation];
    if (!of) continue;
    const bool can_decide = !reachability.OperationDefaultIsDead(operation);
    if (!statements.empty() && statements.back().statement == of->statement) {
      statements.back().can_decide |= can_decide;  // an alias
    } else {
      statements.push_back({of->statement, of->line, 0, can_decide});
    }
  }
  for (const policy::RuleIds rules : policy.Statements()) {
    const policy::Rule& first = policy[rules.front()];
    const bool can_decide = std::any_of(rules.begin(), rules.end(), [&](policy::RuleId rule) {
      return reachability.Decides(rule);
    });
    statements.push_back({first.statement, first.line, 0, can_decide});
  }
  std::sort(statements.begin(), statements.end(),
            [](const auto& a, const auto& b) { return a.statement.begin < b.statement.begin; });
  return statements;
}

void CountEvent(const support::Span& decided_by, std::vector<CoveredStatement>& statements) {
  const auto found = std::partition_point(
      statements.begin(), statements.end(),
      [&](const CoveredStatement& each) { return each.statement.begin < decided_by.begin; });
  if (found == statements.end() || found->statement != decided_by) return;
  ++found->events;
  found->can_decide = true;  // a global DEFAULT may decide only operations without a name
}

// The property of a statement that a mutant changed.
support::Span PropertyAt(const pipeline::TargetReading& reading, const support::Span& statement,
                         std::uint32_t number) {
  // The first clause is `op`, which is followed by the properties.
  const syntax::Line* const line = reading.document().LineAt(statement.begin);
  std::uint32_t seen = 0;
  for (const syntax::Clause& clause : reading.document().ClausesOf(*line)) {
    const llvm::StringRef key = reading.document().Text(clause.key);
    if (clause.key.begin < statement.begin || key == "op" || key == "action") continue;
    if (seen++ == number) return clause.span();
  }
  return statement;
}

class MutantRun {
 public:
  MutantRun(const pipeline::TargetReading& reading, const support::SourceBuffer& source,
            const policy::Claims* claims, const EventTests* events)
      : reading_(reading), source_(source), claims_(claims), events_(events) {}

  std::map<MutantKey, MutantResult> Run() {
    analysis::ForEachMutant(reading_.policy(), [&](const Mutant& mutant) { Add(mutant); });
    return std::move(results_);
  }

 private:
  void Add(const Mutant& mutant) {
    const MutantKey key = {mutant.line, mutant.kind, mutant.other_line, mutant.condition};
    MutantResult& result = results_[key];
    result.statement = mutant.statement;
    using enum Mutant::Kind;
    if (mutant.kind == DropCondition || mutant.kind == NegateCondition ||
        mutant.kind == ChangeDigest) {
      result.property = PropertyAt(reading_, mutant.statement, mutant.condition);
    }
    if (mutant.changes.empty() || result.fate == Fate::Killed) return;
    if (IsKilled(mutant)) {
      result.fate = Fate::Killed;
      return;
    }
    if (result.fate == Fate::Survived) return;
    result.fate = Fate::Survived;
    result.witness = mutant.changes.groups.front().witness;
    const runtime::Event event = EventOf(result.witness);
    result.test = event::WriteTest(event, Decide(reading_.policy(), event).action);
  }

  bool IsKilled(const Mutant& mutant) {
    if (claims_ != nullptr && !DemandsOn(mutant.operations).MetBy(mutant.policy)) return true;
    if (events_ == nullptr) return false;
    return std::any_of(events_->begin(), events_->end(), [&](const auto& test) {
      const runtime::Event& event = test->event();
      const bool is_about = event.operation == runtime::Operation::Unknown
                                ? mutant.kind == Mutant::Kind::FlipDefault
                                : mutant.operations.Contains(event.operation);
      return is_about && !test->IsMetBy(Decide(mutant.policy, event), mutant.policy, source_,
                                        ChangedText(mutant));
    });
  }

  // A mutant that moves statements does not change their text.
  static const support::Span* ChangedText(const Mutant& mutant) {
    const bool moves =
        mutant.kind == Mutant::Kind::SwapRules || mutant.kind == Mutant::Kind::MoveToEnd;
    return moves ? nullptr : &mutant.statement;
  }

  const analysis::Demands& DemandsOn(policy::OperationSet operations) {
    std::unique_ptr<analysis::Demands>& demands = demands_[operations.bits()];
    if (demands == nullptr) demands = std::make_unique<analysis::Demands>(*claims_, operations);
    return *demands;
  }

  const pipeline::TargetReading& reading_;
  const support::SourceBuffer& source_;
  const policy::Claims* const claims_;
  const EventTests* const events_;
  std::map<std::uint32_t, std::unique_ptr<analysis::Demands>> demands_;  // by operations
  std::map<MutantKey, MutantResult> results_;
};

}  // namespace

TargetResults RunSuite(const pipeline::TargetReading& reading, const support::SourceBuffer& source,
                       const policy::Claims* claims, const EventTests* events,
                       const RunOptions& options) {
  const Policy& policy = reading.policy();
  TargetResults results;
  if (claims != nullptr) results.claims = analysis::ProveClaims(policy, *claims);
  results.statements = StatementsOf(reading);
  if (events != nullptr) {
    for (const auto& test : *events) {
      const policy::Decision decision = Decide(policy, test->event());
      results.events.push_back({decision, test->IsMetBy(decision, policy, source)});
      const support::Span* const by = StatementOf(decision, policy, test->event().operation);
      if (by != nullptr) CountEvent(*by, results.statements);
    }
  }
  results.passed = std::all_of(results.claims.begin(), results.claims.end(), IsPassed) &&
                   std::all_of(results.events.begin(), results.events.end(),
                               [](const EventResult& result) { return result.passed; });
  if (options.coverage) {
    policy::Claims none;
    none.fits.semantics = policy.semantics;
    results.pinned = analysis::CountPinned(policy, claims == nullptr ? none : *claims);
  }
  if (options.mutants && results.passed) {
    results.mutants = MutantRun(reading, source, claims, events).Run();
  }
  return results;
}

}  // namespace ipec::suite
