#pragma once

// A policy that is ready to decide events. Policy text and signed files are checked and compiled to
// a table in memory; tables are verified. All inputs then use the same code.

#include <memory>
#include <string>

#include "compiler/command/command.h"
#include "compiler/driver/policy_input.h"
#include "compiler/event/event_reader.h"
#include "ipec/runtime/policy.h"

namespace ipec::driver {

struct DecisionInput {
  std::string table;  // the bytes that `policy` views; do not move them
  runtime::Policy policy;
  event::Dialect dialect;
};

// Returns null after an error message, or after printing the findings of a rejected policy to
// env.err; `status` says which. `--target` applies to text only: a table contains its target.
std::unique_ptr<DecisionInput> ReadDecisionInput(const std::string& operand,
                                                 const TargetOptions& options,
                                                 command::Environment& env,
                                                 command::ExitStatus& status);

}  // namespace ipec::driver
