#pragma once

// Policies and events small enough to try all of them, and the decisions of policy::Decide: the
// reference of the tests in this directory.

#include <array>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "compiler/analysis/coverage.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/policy.h"

namespace ipec::exhaustive {

using policy::Action;
using policy::Decision;
using policy::Policy;
using policy::Property;
using policy::Semantics;
using runtime::Event;
using runtime::Operation;

// Digests by number, the same for root hashes and files. 0 and 2 differ only in the algorithm, so
// they are equal if digests are bare. No rule names the last one.
inline constexpr std::size_t kDigestCount = 4;
inline constexpr std::size_t kNamedDigestCount = 3;
runtime::Digest DigestNumber(std::size_t number);

struct ConditionSpec {
  Property property;
  bool expected = true;
  std::size_t digest = 0;
};

struct RuleSpec {
  std::vector<ConditionSpec> conditions;
  Action action = Action::Allow;
  Operation operation = Operation::Execute;
};

// `boot`, `volume`, `file`: `T`, `F` or `-`; `roothash`, `digest`: a number or `-`.
// Shape("T-F", "0-") is boot_verified=TRUE fsverity_signature=FALSE dmverity_roothash=0.
std::vector<ConditionSpec> Shape(std::string_view facts, std::string_view digests);

// Every combination of at most `most` properties, digests below `digests`.
std::vector<std::vector<ConditionSpec>> AllShapes(std::size_t most, std::size_t digests);
// A selection that overlaps in every way, with contradictions and repetitions.
std::vector<std::vector<ConditionSpec>> ChosenShapes();

// Each shape with each action, for EXECUTE.
std::vector<RuleSpec> WithBothActions(const std::vector<std::vector<ConditionSpec>>& shapes);

// Rules are on lines 3, 4 …; the global default, if any, is on line 2.
Policy MakePolicy(const Semantics& semantics, const std::vector<RuleSpec>& rules,
                  std::optional<Action> global_default);

// No rules and no global DEFAULT: each operation has its own.
Policy OperationDefaultsOnly(const Semantics& semantics, Action action);

// Calls `visit` for all lists of exactly `count` rules of `rules` (see tests/unit/sampling.h).
void ForEachPolicy(const Semantics& semantics, const std::vector<RuleSpec>& rules,
                   std::size_t count, Action global_default,
                   const std::function<void(const Policy&)>& visit);

// `count` rules from all shapes and few operations, and DEFAULTs of every kind.
Policy RandomPolicy(const Semantics& semantics, std::size_t count, std::mt19937& random);

// Every possible event of `operation`, up to differences that no rule can distinguish. The digests
// of the events are those of DigestNumber, so the views stay valid.
std::vector<Event> AllEvents(Operation operation);
// Whether a kernel of the dialect can produce the event.
bool Possible(const Semantics& semantics, const Event& event);
std::vector<Event> PossibleEvents(const Semantics& semantics, Operation operation);

// The different semantics among all targets.
std::vector<Semantics> AllSemantics();
// The same of kernels that were built without each non-empty set of properties.
std::vector<Semantics> SemanticsWithMissing();
// Rules that test each property in every way, alone and with another one.
std::vector<RuleSpec> RulesOfEachProperty();

// For messages of failed tests.
std::string Describe(const Policy& policy);
std::string Describe(const Event& event);

}  // namespace ipec::exhaustive
