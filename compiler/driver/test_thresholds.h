#pragma once

// `ipec test --threshold=WHAT:N`: a run fails below N percent.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/command/command.h"
#include "compiler/suite/outputs.h"
#include "llvm/Support/Error.h"

namespace ipec::driver {

class TestThresholds {
 public:
  // Turns on in `options` the part that it is about. The error is one in the call.
  llvm::Error Add(const std::string& word, suite::RunOptions& options);
  // Prints an error for each threshold that is not reached.
  command::ExitStatus Check(const suite::TestTotals& totals, command::Environment& env) const;

 private:
  enum class Of : std::uint8_t { Cases, Rules, Mutants };
  struct Threshold {
    Of of = Of::Cases;
    std::uint64_t percent = 0;
  };
  std::vector<Threshold> thresholds_;
};

}  // namespace ipec::driver
