#pragma once

// The tests of one policy, run for one target.
//
//   in   the policy as its target reads it; claims and event tests of the same target
//   out  TargetResults: a result for each claim and each event, coverage, mutants

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/analysis/mutants.h"
#include "compiler/analysis/prove_claims.h"
#include "compiler/pipeline/reading.h"
#include "compiler/policy/claims.h"
#include "compiler/suite/event_tests.h"

namespace ipec::suite {

struct EventResult {
  policy::Decision decision;
  bool passed = false;
};

// A statement of the policy that may decide events.
struct CoveredStatement {
  support::Span statement;
  std::uint32_t line = 0;
  std::uint64_t events = 0;  // tests whose event it decides
  bool can_decide = true;

  // Whether an event test could be about it, and none is.
  bool is_gap() const { return can_decide && events == 0; }
};

// A small change of the policy, the same on every target.
struct MutantKey {
  std::uint32_t line = 0;
  analysis::Mutant::Kind kind = analysis::Mutant::Kind::DeleteRule;
  std::uint32_t other_line = 0;
  std::uint32_t condition = 0;  // its number in the statement, from 0

  friend auto operator<=>(const MutantKey&, const MutantKey&) = default;  // NOLINT: no pointer
};

struct MutantResult {
  // In ascending order: on several targets, the greatest counts.
  enum class Fate : std::uint8_t {
    Equivalent,  // it decides every event as the policy does
    Survived,    // no test fails
    Killed,
  };
  Fate fate = Fate::Equivalent;
  support::Span statement;
  std::optional<support::Span> property;  // the changed one
  // Of a survivor: an event that it decides otherwise than the policy, and a test of this event, as
  // a line of a file of events, which kills it.
  analysis::Witness witness;
  std::string test;
  // Of a report on several targets: those for which the policy passes the test.
  std::vector<std::size_t> targets;
};

struct TargetResults {
  std::vector<analysis::ClaimResult> claims;
  std::vector<EventResult> events;
  std::vector<CoveredStatement> statements;  // in file order
  std::vector<analysis::Pinned> pinned;      // of operations with claims
  std::map<MutantKey, MutantResult> mutants;

  bool passed = false;
};

struct RunOptions {
  bool coverage = false;
  bool mutants = false;  // left out if a test fails
};

// `claims` and `events` may be null. The policy is accepted.
TargetResults RunSuite(const pipeline::TargetReading& reading, const support::SourceBuffer& source,
                       const policy::Claims* claims, const EventTests* events,
                       const RunOptions& options);

}  // namespace ipec::suite
