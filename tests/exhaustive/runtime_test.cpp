// A table that is built from a policy and loaded decides as the specification does: every small
// policy, every event, even those that no kernel can produce, on every target.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "catch2/catch.hpp"
#include "compiler/table/build.h"
#include "compiler/table/rule_text.h"
#include "ipec/runtime/evaluate.h"
#include "ipec/runtime/explain.h"
#include "tests/exhaustive/small_policies.h"
#include "tests/unit/sampling.h"

namespace ipec::exhaustive {
namespace {

using targets::Target;

// Events of three operations: one with most rules, one with few, and one that the kernel has no
// name for.
std::vector<Event> EventsOf(const Target& target) {
  std::vector<Event> events = AllEvents(Operation::Execute);
  for (const Operation operation : {Operation::KernelModule, Operation::Unknown}) {
    if (!target.Knows(operation)) continue;
    const std::vector<Event> more = AllEvents(operation);
    events.insert(events.end(), more.begin(), more.end());
  }
  return events;
}

std::uint32_t LineOf(const Policy& policy, Operation operation, const Decision& decision) {
  switch (decision.match) {
    case policy::Match::Rule:
      return policy[decision.rule].line;
    case policy::Match::OperationDefault:
      return policy.DefaultOf(operation)->line;
    case policy::Match::GlobalDefault:
      break;
  }
  return policy.global_default ? policy.global_default->line : 0;
}

// The rules that decide some event: a table has no others.
std::vector<bool> DecidingRules(const analysis::Coverage& coverage) {
  std::vector<bool> decides(coverage.policy().rules.size());
  const auto add = [&](const analysis::Row& row) {
    for (const policy::RuleId rule : row) {
      if (rule.valid()) decides[rule.index] = true;
    }
  };
  for (const analysis::OperationCoverage& operation : coverage.operations()) {
    add(operation.base);
    for (const auto& named : operation.roothashes) add(named.row);
    for (const auto& named : operation.digests) add(named.row);
    for (const auto& named : operation.pairs) add(named.row);
  }
  return decides;
}

// `4: 0`: the rule in line 4 has another condition than the event, its first one.
std::string TriedBySpecification(const Policy& policy, const std::vector<bool>& decides,
                                 const Event& event) {
  std::string tried;
  for (const policy::RuleId rule : policy.rule_ids()) {
    if (policy[rule].operation != event.operation || !decides[rule.index]) continue;
    const std::optional<std::uint32_t> unmatched = FirstUnmatched(policy, rule, event);
    if (!unmatched) break;
    tried += fmt::format("{}: {}\n", policy[rule].line, *unmatched);
  }
  return tried;
}

void CheckTexts(const Policy& policy, const Target& target, const runtime::Policy& loaded,
                const Event& event) {
  std::array<char, 256> room{};
  Explain(loaded, event, [&](const runtime::TriedRule& tried) {
    const auto rules = policy.rule_ids();
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](policy::RuleId id) {
      return policy[id].operation == event.operation && policy[id].line == tried.line;
    });
    const std::string text = table::RecordedText(target, policy, event.operation, *rule);
    const std::string got(room.data(), TriedRuleText(loaded, tried, room));
    if (got != text) FAIL(got << " instead of " << text);
    llvm::StringRef expected(text);
    for (std::uint32_t i = 0; i <= tried.condition; ++i) expected = expected.split(' ').second;
    const std::string condition(room.data(), ConditionText(loaded, tried, room));
    if (condition != expected.split(' ').first) FAIL(condition << " of " << text);
    return true;
  });
}

void CheckTried(const Policy& policy, const Target& target, const runtime::Policy& loaded,
                const std::vector<Event>& events) {
  const std::vector<bool> decides = DecidingRules(analysis::Coverage(policy));
  for (const Event& event : events) {
    std::string tried;
    const runtime::Decision decision = Explain(loaded, event, [&](const runtime::TriedRule& rule) {
      tried += fmt::format("{}: {}\n", rule.line, rule.condition);
      return true;
    });
    const std::string expected = TriedBySpecification(policy, decides, event);
    if (tried != expected || decision.outcome != Evaluate(loaded, event).outcome) {
      FAIL("the table explains otherwise for " << target.name << "\n"
                                               << Describe(policy) << Describe(event)
                                               << "expected\n"
                                               << expected << "got\n"
                                               << tried);
    }
  }
  CheckTexts(policy, target, loaded, events.front());
}

void CheckPolicy(const Policy& policy, const Target& target, const std::vector<Event>& events) {
  const std::string table = table::Build(policy, target);
  runtime::Policy loaded;
  if (const auto status = runtime::Load(std::as_bytes(std::span(table)), loaded);
      status != runtime::LoadStatus::Ok) {
    FAIL("table is " << Describe(status) << "\n" << Describe(policy));
  }
  for (const Event& event : events) {
    const Decision expected = Decide(policy, event);
    const runtime::Decision decision = Evaluate(loaded, event);
    if (decision.action != expected.action || decision.match != expected.match ||
        decision.line != LineOf(policy, event.operation, expected)) {
      FAIL("the table decides otherwise for " << target.name << "\n"
                                              << Describe(policy) << Describe(event));
    }
  }
  CheckTried(policy, target, loaded, events);
}

void CheckAll(const std::vector<RuleSpec>& rules, std::size_t count, bool every_target) {
  std::vector<Semantics> seen;
  for (const Target& target : targets::AllTargets()) {
    // Tables for targets with equal semantics differ only in their header.
    const Semantics semantics = target.semantics();
    const bool known = std::find(seen.begin(), seen.end(), semantics) != seen.end();
    if (known && !every_target) continue;
    seen.push_back(semantics);
    const std::vector<Event> events = EventsOf(target);
    for (const Action global_default : {Action::Allow, Action::Deny}) {
      ForEachPolicy(semantics, rules, count, global_default,
                    [&](const Policy& policy) { CheckPolicy(policy, target, events); });
    }
  }
}

TEST_CASE("tables decide as the specification: one rule of any shape, every target") {
  CheckAll(WithBothActions(AllShapes(5, kNamedDigestCount)), 1, true);
}

TEST_CASE("tables decide as the specification: two rules of chosen shapes, every target") {
  CheckAll(WithBothActions(ChosenShapes()), 2, true);
}

TEST_CASE("tables decide as the specification: three rules of a few shapes") {
  CheckAll(WithBothActions({Shape("---", "--"), Shape("T--", "--"), Shape("-F-", "--"),
                            Shape("---", "0-"), Shape("---", "-0"), Shape("---", "00")}),
           3, false);
}

TEST_CASE("tables decide as the specification: without each set of properties") {
  const auto events = AllEvents(Operation::Execute);
  for (const Semantics& semantics : SemanticsWithMissing()) {
    const auto row = std::find_if(
        targets::AllTargets().begin(), targets::AllTargets().end(),
        [&](const Target& one) { return one.Without(semantics.missing).semantics() == semantics; });
    const Target& target = row->Without(semantics.missing);
    ForEachPolicy(semantics, RulesOfEachProperty(), 2, Action::Deny, [&](const Policy& policy) {
      CheckPolicy(policy, target, events);
      const std::string table = table::Build(policy, target);
      runtime::Policy loaded;
      REQUIRE(Load(std::as_bytes(std::span(table)), loaded) == runtime::LoadStatus::Ok);
      for (const Property property : runtime::kProperties) {
        if (loaded.Knows(property) == semantics.missing.Contains(property)) FAIL(Name(property));
      }
    });
  }
}

TEST_CASE("tables decide as the specification: two rules of any shape", "[.slow]") {
  CheckAll(WithBothActions(AllShapes(5, 2)), 2, false);
}

TEST_CASE("tables decide as the specification: three rules of chosen shapes", "[.slow]") {
  CheckAll(WithBothActions(ChosenShapes()), 3, false);
}

TEST_CASE("tables decide as the specification: random policies") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (const Target& target : targets::AllTargets()) {
    const std::vector<Event> events = EventsOf(target);
    for (int round = 0; round < tests::SampledRounds(500); ++round) {
      CheckPolicy(RandomPolicy(target.semantics(), random() % 40, random), target, events);
    }
  }
}

}  // namespace
}  // namespace ipec::exhaustive
