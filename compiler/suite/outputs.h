#pragma once

// The results of `ipec test` in the formats of outputs.def.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "compiler/suite/report.h"
#include "compiler/support/source.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::suite {

// The result for one policy.
struct SuiteResult {
  const SuiteInput& input;
  const SuiteReport& report;

  // The file of a test, and how formats for reviewers name it.
  const support::SourceBuffer& SourceOf(const TestCase& test) const;
  const std::string& PathOf(const TestCase& test) const;
};

// A policy whose tests could not be run: a target rejects it, or one of its files cannot be read or
// is malformed. It never counts as passed.
struct UntestedPolicy {
  std::string file;       // the one at fault, as the user names it
  std::string from_root;  // the same, as SuitePaths
  support::Position at;
  std::string reason;  // one sentence without a full stop
};

struct TestTotals {
  std::size_t policies = 0;
  std::size_t without_tests = 0;  // policies of a directory
  std::size_t not_tested = 0;     // see UntestedPolicy
  std::size_t passed = 0;         // tests
  std::size_t failed = 0;
  // With coverage or mutants, of all policies.
  Ratio covered;
  Ratio pinned;
  Ratio kills;
  bool mutants_left_out = false;  // because tests fail
  std::string operands = ".";     // of the call, with spaces between
};

struct OutputOptions {
  RunOptions run;      // what the results have
  bool color = false;  // of text
};

class TestOutput {
 public:
  virtual ~TestOutput() = default;
  // Nothing is written before the first of these calls.
  virtual void Policy(const SuiteResult& result) = 0;
  virtual void NotTested(const UntestedPolicy& policy) = 0;
  virtual void Finish(const TestTotals& totals) = 0;
};

using MakeTestOutput = std::unique_ptr<TestOutput>(llvm::raw_ostream& out,
                                                   const OutputOptions& options);
struct TestFormat {
  std::string_view name;
  MakeTestOutput* make;
};
std::span<const TestFormat> TestFormats();  // the rows of outputs.def

}  // namespace ipec::suite
