#pragma once

// The results of `ipec test` in the formats of outputs.def.

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "compiler/suite/report.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::suite {

// The result for one policy.
struct SuiteResult {
  const SuiteInput& input;
  const SuiteReport& report;
};

struct TestTotals {
  std::size_t policies = 0;
  std::size_t without_tests = 0;  // policies of a directory
  std::size_t passed = 0;         // tests
  std::size_t failed = 0;
  // With coverage or mutants, of all policies.
  Ratio covered;
  Ratio pinned;
  Ratio kills;
  bool mutants_left_out = false;  // because tests fail
};

class TestOutput {
 public:
  virtual ~TestOutput() = default;
  virtual void Policy(const SuiteResult& result) = 0;
  virtual void Finish(const TestTotals& totals) = 0;
};

using MakeTestOutput = std::unique_ptr<TestOutput>(llvm::raw_ostream& out,
                                                   const RunOptions& options);
struct TestFormat {
  std::string_view name;
  MakeTestOutput* make;
};
std::span<const TestFormat> TestFormats();

#define IPEC_TEST_OUTPUT(name, make) MakeTestOutput make;
#include "compiler/suite/outputs.def"

}  // namespace ipec::suite
