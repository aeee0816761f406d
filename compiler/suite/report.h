#pragma once

// The results of the tests of one policy on all of its targets, in the words that every output
// prints. Results that are the same on several targets appear once.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/suite/run_suite.h"
#include "compiler/support/source.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace ipec::suite {

// How formats for reviewers of a repository name the files of a policy: see FromRoot in
// pipeline/report_paths.h.
struct SuitePaths {
  std::string policy;
  std::string claims;
  std::string events;
};

// A policy with its tests.
struct SuiteInput {
  const pipeline::Reading& policy;                // accepted by all targets
  const support::SourceBuffer* claims = nullptr;  // null: there is no such file
  const support::SourceBuffer* events = nullptr;
  // By target, as those of `policy`; empty without the file.
  std::vector<policy::Claims> claims_by_target;
  std::vector<EventTests> events_by_target;
  std::vector<std::string> target_names;
  SuitePaths from_root{};
};

// The cases, or the event, that a statement of the policy decides otherwise than a test demands.
struct Evidence {
  policy::Operation operation = policy::Operation::Execute;
  policy::Action action = policy::Action::Allow;
  policy::Match match = policy::Match::Rule;
  std::optional<support::Span> statement;  // nothing: no statement decides, so the action is ALLOW
  std::uint32_t line = 0;                  // of the statement
  std::string where;                       // of a claim: the cases in words
  std::uint64_t cases = 0;                 // of a claim: their number
  std::uint64_t of = 0;              // of a claim: the number of all cases that were looked at
  std::string event;                 // JSON for `ipec eval`; one of the cases
  std::vector<std::size_t> targets;  // indices

  bool SameBut(const Evidence& other) const;  // but for the targets
};

// The number of statements that `some` are about and `others` are not: of one statement, there is
// evidence for each operation. "No statement decides" counts as a statement.
std::size_t CountStatements(std::span<const Evidence> some, std::span<const Evidence> others = {});

// "2 more statements": what those from `shown` on add.
std::string MoreThan(std::span<const Evidence> all, std::size_t shown);

struct TestCase {
  enum class Kind : std::uint8_t { Claim, Event };
  enum class Verdict : std::uint8_t {
    Passed,
    Failed,
    CannotFail,  // no event can contradict the claim
  };
  Kind kind = Kind::Claim;
  Verdict verdict = Verdict::Passed;
  std::uint32_t line = 0;  // in the file of claims or events
  std::uint32_t column = 1;
  std::string name;  // the claim, or the name of the event test
  // Of a failed test: one sentence without a full stop, about the first evidence.
  std::string message;
  std::vector<Evidence> against;
  std::vector<std::string> notes;
};

std::string_view Name(analysis::Mutant::Kind kind);  // `delete-rule`
std::string_view Name(MutantResult::Fate fate);      // `survived`
// "without `boot_verified=TRUE`"
std::string Describe(const MutantKey& key, const MutantResult& result,
                     const support::SourceBuffer& source);

struct PinnedCases {
  policy::Operation operation = policy::Operation::Execute;
  std::uint64_t pinned = 0;
  std::uint64_t cases = 0;
  std::vector<Evidence> open;  // those that are not pinned, by the statement that decides them
  std::vector<std::size_t> targets;
};

struct Ratio {
  std::uint64_t part = 0;
  std::uint64_t whole = 0;

  // Rounded down; 100 of nothing.
  std::uint64_t percent() const { return whole == 0 ? 100 : part * 100 / whole; }
  Ratio& operator+=(const Ratio& other);
};

struct SuiteReport {
  std::vector<TestCase> tests;  // claims, then events, in file order
  bool passed = true;
  // With coverage.
  std::vector<CoveredStatement> statements;  // the tests of all targets together
  Ratio covered;                             // of the statements that can decide
  std::vector<PinnedCases> pinned;           // of operations with claims, or with rules
  Ratio all_pinned;
  // With mutants.
  bool has_mutants = false;
  std::map<MutantKey, MutantResult> mutants;

  std::size_t CountOf(MutantResult::Fate fate) const;
  // Of those that are not equivalent.
  Ratio kills() const;
};

// Tests whose name `selects` rejects are left out. Coverage and mutants are those of all tests.
SuiteReport MakeReport(const SuiteInput& input, const RunOptions& options,
                       llvm::function_ref<bool(std::string_view name)> selects);

// "2 claims and 5 events"
std::string Counted(const std::vector<TestCase>& tests);

}  // namespace ipec::suite
