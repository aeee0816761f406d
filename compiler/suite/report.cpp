#include "compiler/suite/report.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "compiler/event/write_event.h"
#include "compiler/pipeline/case_words.h"
#include "compiler/support/numbers.h"
#include "compiler/support/wording.h"

namespace ipec::suite {

using analysis::ClaimResult;
using analysis::Difference;
using policy::Action;
using policy::ClaimKind;
using policy::Policy;
using Fate = MutantResult::Fate;
using Verdict = TestCase::Verdict;

namespace {

std::string_view Done(Action action) {
  return action == Action::Allow ? "allowed" : "denied";
}

// The statement that decides events of an operation: a rule, or, if the id is invalid, a DEFAULT.
Evidence EvidenceBy(const Policy& policy, policy::Operation operation, policy::RuleId rule) {
  Evidence evidence;
  evidence.operation = operation;
  if (rule.valid()) {
    evidence.action = policy[rule].action;
    evidence.statement = policy[rule].statement;
    evidence.line = policy[rule].line;
    return evidence;
  }
  evidence.match =
      policy.DefaultOf(operation) ? policy::Match::OperationDefault : policy::Match::GlobalDefault;
  const policy::Default* const decides = policy.DefaultFor(operation);
  if (decides == nullptr) return evidence;
  evidence.action = decides->action;
  evidence.statement = decides->statement;
  evidence.line = decides->line;
  return evidence;
}

// Adds evidence to a list, where the same of several targets is one.
class EvidenceAdder {
 public:
  explicit EvidenceAdder(std::vector<Evidence>& all) : all_(all) {}

  void Add(Evidence evidence, std::size_t target) {
    auto [at, end] = by_event_.equal_range(evidence.event);
    while (at != end && !all_[at->second].SameBut(evidence)) ++at;
    std::size_t place = all_.size();
    if (at != end) {
      place = at->second;
    } else {
      by_event_.emplace(evidence.event, place);
      all_.push_back(std::move(evidence));
    }
    all_[place].targets.push_back(target);
  }

 private:
  std::vector<Evidence>& all_;
  std::multimap<std::string, std::size_t> by_event_;
};

class Maker {
 public:
  Maker(const SuiteInput& input, const RunOptions& options) : input_(input), options_(options) {}

  SuiteReport Run(llvm::function_ref<bool(std::string_view)> selects) {
    for (std::size_t i = 0; i < input_.policy.by_target().size(); ++i) {
      results_.push_back(RunSuite(input_.policy.by_target()[i], input_.policy.source(),
                                  input_.claims != nullptr ? &input_.claims_by_target[i] : nullptr,
                                  input_.events != nullptr ? &input_.events_by_target[i] : nullptr,
                                  options_));
    }
    if (input_.claims != nullptr) AddClaims();
    if (input_.events != nullptr) AddEvents();
    std::erase_if(report_.tests, [&](const TestCase& test) { return !selects(test.name); });
    report_.passed = std::all_of(report_.tests.begin(), report_.tests.end(),
                                 [](const auto& test) { return test.verdict == Verdict::Passed; });
    if (options_.coverage) AddCoverage();
    if (options_.mutants) AddMutants();
    return std::move(report_);
  }

 private:
  const Policy& PolicyOf(std::size_t target) const {
    return input_.policy.by_target()[target].policy();
  }
  std::string TargetNames(const std::vector<std::size_t>& targets) const {
    std::vector<std::string> names;
    names.reserve(targets.size());
    for (const std::size_t target : targets) names.push_back(input_.target_names[target]);
    return support::Listed(names, "and");
  }

  void AddClaims() {
    const policy::Claims& first = input_.claims_by_target.front();
    const support::LineMap lines(input_.claims->text());
    for (std::size_t i = 0; i < first.claims.size(); ++i) {
      const policy::Claim& claim = first.claims[i];
      TestCase& test = report_.tests.emplace_back();
      test.kind = TestCase::Kind::Claim;
      test.line = claim.line;
      test.column = lines.PositionOf(claim.statement.begin).column;
      test.name = OneSpaced(input_.claims->text(claim.statement));
      AddVerdicts(i, test);
    }
  }

  // Where words for the cases against a claim are not exact.
  static std::string_view ExceptionFor(ClaimKind kind, bool has_conditions) {
    if (kind == ClaimKind::Only) {
      return "except those that an `only` claim fits or other statements decide";
    }
    if (!has_conditions) return pipeline::kExceptOthers;
    return "except those that the claim does not fit or other statements decide";
  }

  void AddVerdicts(std::size_t claim, TestCase& test) {
    const policy::Claims& claims = input_.claims_by_target.front();
    const ClaimKind kind = claims.claims[claim].kind;
    const policy::Rule& fits = claims.fits[claims.claims[claim].fits.front()];
    const std::string_view exception = ExceptionFor(kind, !fits.conditions.empty());
    std::vector<std::size_t> vacuous;
    std::vector<MissingOn> by_missing;
    EvidenceAdder against(test.against);
    std::uint64_t more = 0;  // without a group
    for (std::size_t target = 0; target < results_.size(); ++target) {
      const ClaimResult& result = results_[target].claims[claim];
      if (result.verdict == ClaimResult::Verdict::CannotFail) vacuous.push_back(target);
      if (!result.holds_by_missing.empty()) {
        const auto known = std::find_if(by_missing.begin(), by_missing.end(), [&](const auto& one) {
          return one.missing == result.holds_by_missing &&
                 one.needs_all == result.needs_all_missing;
        });
        MissingOn& place = known == by_missing.end()
                               ? by_missing.emplace_back(MissingOn{
                                     result.holds_by_missing, result.needs_all_missing, {}})
                               : *known;
        place.targets.push_back(target);
      }
      if (result.verdict == ClaimResult::Verdict::Refuted) test.verdict = Verdict::Failed;
      for (const Difference& group : result.against.groups) {
        against.Add(EvidenceOf(group, result.cases, exception, target), target);
      }
      more = std::max(more, result.against.more_tighter);
      if (result.judged_at != claim && result.verdict == ClaimResult::Verdict::Refuted &&
          test.notes.empty()) {
        test.notes.push_back(
            fmt::format("reported with the `only` claim in line {}",
                        input_.claims_by_target[target].claims[result.judged_at].line));
      }
    }
    if (more != 0) test.notes.push_back("and " + pipeline::MoreCases(more));
    if (vacuous.size() == results_.size()) {
      test.verdict = Verdict::CannotFail;
      test.message =
          kind == ClaimKind::Only
              ? "the `only` claims about an operation together fit every event, so they say nothing"
              : "no event can contradict this claim, so it says nothing";
      return;
    }
    if (!vacuous.empty()) {
      test.notes.push_back("no event can contradict this claim on " + TargetNames(vacuous));
    }
    for (const MissingOn& one : by_missing) test.notes.push_back(NoteOf(one));
    if (test.verdict != Verdict::Failed) return;
    if (!test.against.empty()) {
      test.message = MessageFor(test.against.front(), kind);
    } else {
      test.message = "an event is allowed that no `only` claim fits";
    }
  }

  // Why a claim holds on some targets: see ClaimResult::holds_by_missing.
  struct MissingOn {
    policy::PropertySet missing;
    bool needs_all = false;
    std::vector<std::size_t> targets;
  };

  std::string NoteOf(const MissingOn& one) const {
    std::vector<std::string> names;
    for (const policy::Property property : one.missing) {
      names.push_back(support::Quoted(runtime::Name(property)));
    }
    return fmt::format(
        "holds only because the kernel was {} {}{}{}",
        one.needs_all ? "not built with" : "built without", support::Listed(names, "and"),
        one.needs_all ? " together" : "",
        one.targets.size() == results_.size() ? "" : " (" + TargetNames(one.targets) + ")");
  }

  static std::string MessageFor(const Evidence& evidence, ClaimKind kind) {
    return fmt::format("{} is {} for {}{}", runtime::Name(evidence.operation),
                       Done(evidence.action), evidence.where,
                       kind == ClaimKind::Only ? "; no `only` claim fits them" : "");
  }

  Evidence EvidenceOf(const Difference& group, std::uint64_t of, std::string_view exception,
                      std::size_t target) const {
    const Policy& policy = PolicyOf(target);
    Evidence evidence = EvidenceBy(policy, group.operation, group.before);
    evidence.where = pipeline::WordsFor(group, policy.semantics, exception);
    evidence.cases = group.cases;
    evidence.of = of;
    evidence.event = event::WriteEvent(EventOf(group.witness));
    return evidence;
  }

  void AddEvents() {
    const EventTests& first = input_.events_by_target.front();
    for (std::size_t i = 0; i < first.size(); ++i) {
      const event::Expectation& expects = first[i]->expects();
      TestCase& test = report_.tests.emplace_back();
      test.kind = TestCase::Kind::Event;
      test.line = first[i]->line();
      EvidenceAdder against(test.against);
      test.name = expects.name.empty() ? fmt::format("line {}", test.line) : expects.name;
      for (std::size_t target = 0; target < results_.size(); ++target) {
        const EventResult& result = results_[target].events[i];
        if (result.passed) continue;
        const EventTest& tested = *input_.events_by_target[target][i];
        Evidence evidence =
            EvidenceBy(PolicyOf(target), tested.event().operation, result.decision.rule);
        evidence.event = event::WriteEvent(tested.event());
        against.Add(std::move(evidence), target);
      }
      if (test.against.empty()) continue;
      test.verdict = Verdict::Failed;
      const Evidence& evidence = test.against.front();
      const std::string wanted(runtime::Name(*expects.action));
      if (evidence.action != *expects.action) {
        test.message = fmt::format("{}, expected {}", runtime::Name(evidence.action), wanted);
      } else if (HasStatement(*expects.rule)) {
        test.message = fmt::format("{} as expected, but not by {}", wanted,
                                   support::Quoted(OneSpaced(*expects.rule)));
      } else {
        test.message = fmt::format("the policy has no statement {}, which `rule` expects",
                                   support::Quoted(OneSpaced(*expects.rule)));
      }
      if (!expects.why.empty()) test.notes.emplace_back(expects.why);
    }
  }

  bool HasStatement(std::string_view text) const {
    return std::any_of(results_.begin(), results_.end(), [&](const TargetResults& results) {
      return std::any_of(
          results.statements.begin(), results.statements.end(), [&](const CoveredStatement& one) {
            return OneSpaced(input_.policy.source().text(one.statement)) == OneSpaced(text);
          });
    });
  }

  void AddCoverage() {
    for (std::size_t target = 0; target < results_.size(); ++target) {
      for (const CoveredStatement& statement : results_[target].statements) {
        AddStatement(statement);
      }
      for (const analysis::Pinned& pinned : results_[target].pinned) AddPinned(pinned, target);
    }
    for (const CoveredStatement& statement : report_.statements) {
      if (!statement.can_decide) continue;
      ++report_.covered.whole;
      if (statement.events != 0) ++report_.covered.part;
    }
    for (const PinnedCases& pinned : report_.pinned) {
      report_.all_pinned +=
          {pinned.pinned * pinned.targets.size(), pinned.cases * pinned.targets.size()};
    }
  }

  // Targets know the same statements, unless one does not know an operation.
  void AddStatement(const CoveredStatement& statement) {
    std::vector<CoveredStatement>& all = report_.statements;
    const auto place = std::lower_bound(
        all.begin(), all.end(), statement,
        [](const auto& a, const auto& b) { return a.statement.begin < b.statement.begin; });
    if (place == all.end() || place->statement.begin != statement.statement.begin) {
      all.insert(place, statement);
      return;
    }
    place->events = std::max(place->events, statement.events);
    place->can_decide |= statement.can_decide;
  }

  void AddPinned(const analysis::Pinned& pinned, std::size_t target) {
    for (PinnedCases& known : report_.pinned) {
      if (std::tie(known.operation, known.pinned, known.cases) ==
          std::tie(pinned.operation, pinned.pinned, pinned.cases)) {
        return known.targets.push_back(target);
      }
    }
    PinnedCases& added = report_.pinned.emplace_back();
    added.operation = pinned.operation;
    added.pinned = pinned.pinned;
    added.cases = pinned.cases;
    added.targets.push_back(target);
    for (const Difference& group : pinned.open.groups) {
      added.open.push_back(EvidenceOf(
          group, pinned.cases, "except those that claims pin or other statements decide", target));
    }
  }

  void AddMutants() {
    report_.has_mutants = std::all_of(results_.begin(), results_.end(),
                                      [](const TargetResults& result) { return result.passed; });
    if (!report_.has_mutants) return;
    for (TargetResults& results : results_) {
      for (auto& [key, result] : results.mutants) {
        MutantResult& all = report_.mutants[key];
        if (all.statement.empty() || all.fate < result.fate) all = std::move(result);
      }
    }
    for (auto& [key, mutant] : report_.mutants) {
      if (mutant.fate == Fate::Survived) AddTargets(mutant);
    }
  }

  // Those that decide the event of the test as it expects.
  void AddTargets(MutantResult& mutant) const {
    const runtime::Event event = EventOf(mutant.witness);
    for (std::size_t target = 0; target < results_.size(); ++target) {
      const Policy& policy = PolicyOf(target);
      const event::Dialect dialect = event::DialectOf(input_.policy.by_target()[target].target());
      event::EventReader reader(dialect);
      // Another target may not know the operation, or the event cannot occur there.
      if (llvm::Error error = reader.Read(mutant.test)) {
        llvm::consumeError(std::move(error));
      } else if (Decide(policy, event).action == *reader.expectation().action) {
        mutant.targets.push_back(target);
      }
    }
  }

  const SuiteInput& input_;
  const RunOptions& options_;
  std::vector<TargetResults> results_;
  SuiteReport report_;
};

}  // namespace

bool Evidence::SameBut(const Evidence& other) const {
  const auto all = [](const Evidence& one) {
    return std::tie(one.operation, one.action, one.match, one.line, one.where, one.cases, one.of,
                    one.event);
  };
  return all(*this) == all(other);
}

std::size_t CountStatements(std::span<const Evidence> some, std::span<const Evidence> others) {
  // Of no statement, the line is 0.
  std::set<std::uint32_t> lines;
  for (const Evidence& one : some) lines.insert(one.line);
  for (const Evidence& one : others) lines.erase(one.line);
  return lines.size();
}

std::string MoreThan(std::span<const Evidence> all, std::size_t shown) {
  const std::span<const Evidence> left = all.subspan(shown);
  const std::size_t statements = CountStatements(left, all.first(shown));
  return statements != 0 ? support::NumberOf(statements, "more statement")
                         : support::NumberOf(left.size(), "more group") + " of cases";
}

Ratio& Ratio::operator+=(const Ratio& other) {
  part += other.part;
  whole += other.whole;
  return *this;
}

std::size_t SuiteReport::CountOf(Fate fate) const {
  return support::ToSize(std::count_if(mutants.begin(), mutants.end(), [&](const auto& mutant) {
    return mutant.second.fate == fate;
  }));
}

Ratio SuiteReport::kills() const {
  return {CountOf(Fate::Killed), CountOf(Fate::Killed) + CountOf(Fate::Survived)};
}

SuiteReport MakeReport(const SuiteInput& input, const RunOptions& options,
                       llvm::function_ref<bool(std::string_view name)> selects) {
  return Maker(input, options).Run(selects);
}

std::string Counted(const std::vector<TestCase>& tests) {
  const auto claims = std::count_if(tests.begin(), tests.end(), [](const TestCase& test) {
    return test.kind == TestCase::Kind::Claim;
  });
  const auto events = std::ssize(tests) - claims;
  const auto count = [](std::ptrdiff_t number, std::string_view word) {
    return fmt::format("{} {}{}", number, word, number == 1 ? "" : "s");
  };
  if (events == 0) return count(claims, "claim");
  if (claims == 0) return count(events, "event");
  return count(claims, "claim") + " and " + count(events, "event");
}

}  // namespace ipec::suite
