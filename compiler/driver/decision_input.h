#pragma once

// A policy ready to decide, whatever it was given as: policy text and signed files are checked and
// compiled to a table in memory, tables are verified. One way to a decision, whichever it was.

#include <memory>
#include <optional>
#include <string>

#include "compiler/command/command.h"
#include "compiler/event/event_reader.h"
#include "ipec/runtime/policy.h"

namespace ipec::driver {

struct DecisionInput {
  std::string table;  // the bytes `policy` views; do not move them
  runtime::Policy policy;
  event::Dialect dialect;
};

// Null after a complaint, or after the findings of a refused policy were printed to env.err;
// `status` then says which. `--target` is for text only: a table knows its own.
std::unique_ptr<DecisionInput> ReadDecisionInput(const std::string& operand,
                                                 const command::Arguments& arguments,
                                                 command::Environment& env,
                                                 command::ExitStatus& status);

}  // namespace ipec::driver
