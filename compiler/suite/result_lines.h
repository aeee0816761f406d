#pragma once

// The results in lines, in the form of compilers: what the text output prints, and other outputs
// quote. Every line can be printed to a terminal, and has no line end.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/suite/outputs.h"
#include "compiler/support/source.h"

namespace ipec::suite {

// `refuted`, `failed`, or `error` for a claim that cannot fail.
std::string_view WordFor(const TestCase& test);

std::string CountedPolicies(std::size_t number);  // "2 policies"

// " (only for linux-6.12)"; empty if `targets` are all targets.
std::string OnlyFor(const SuiteInput& input, const std::vector<std::size_t>& targets);

class ResultLines {
 public:
  enum class Names : std::uint8_t { AsRead, FromRoot };

  ResultLines(const SuiteResult& result, Names names);

  // Of a passed test, only its notes.
  std::vector<std::string> Test(const TestCase& test) const;
  // The lines after the message and the claim.
  std::vector<std::string> Evidence(const TestCase& test) const;

  std::vector<std::string> Survivor(const MutantKey& key, const MutantResult& mutant) const;
  // Statements and cases that are not covered, and the numbers.
  std::vector<std::string> Coverage() const;

  const support::LineMap& map() const { return map_; }  // of the policy

 private:
  std::string PolicyPlace(const support::Span& statement) const;
  std::string TestPlace(const TestCase& test) const;
  std::string Quote(std::uint32_t line, const support::Span& statement) const;
  void AddEvidence(const TestCase& test, std::size_t number, std::vector<std::string>& lines) const;
  void AddPinned(const PinnedCases& pinned, std::vector<std::string>& lines) const;

  const SuiteResult& result_;
  const Names names_;
  const support::LineMap map_;
  const std::string policy_;  // its name
};

}  // namespace ipec::suite
