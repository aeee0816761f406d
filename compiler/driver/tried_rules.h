#pragma once

// The rules that are tried before the statement that decides an event, for `ipec eval --trace`.

#include <cstdint>
#include <string>

#include "compiler/driver/decision_input.h"
#include "compiler/pipeline/unmatched.h"
#include "ipec/runtime/event.h"
#include "llvm/ADT/STLExtras.h"

namespace ipec::driver {

struct TriedRule {
  std::uint32_t line = 0;
  std::string text;         // as records would quote it
  std::uint32_t index = 0;  // of the first condition that does not match
  std::string condition;    // its text
  pipeline::Obstacle obstacle = pipeline::Obstacle::NoFile;
};

// Calls `visit` for each in the order of the policy. Of a table, they are those that decide some
// event: it has no others.
void ForEachTried(const DecisionInput& input, const runtime::Event& event,
                  llvm::function_ref<void(const TriedRule&)> visit);

}  // namespace ipec::driver
