#pragma once

// The results of `ipec rollout`, as text and as JSON.

#include <string>
#include <utility>
#include <vector>

#include "compiler/life/machine.h"
#include "compiler/life/steps.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::driver {

struct RolloutReport {
  explicit RolloutReport(const targets::Target& chosen) : target(chosen), machine(chosen) {}

  const targets::Target& target;
  life::Machine machine;  // after the last step
  std::vector<std::pair<life::Step, life::Answer>> steps;
  std::vector<std::string> skipped;      // files that systemd's loader does not reach
  std::vector<std::string> assumptions;  // sentences about what was not checked
  bool with_records = false;

  bool has_failed() const;
};

void PrintRollout(const RolloutReport& report, llvm::raw_ostream& out);
void WriteRollout(const RolloutReport& report, llvm::raw_ostream& out);

}  // namespace ipec::driver
