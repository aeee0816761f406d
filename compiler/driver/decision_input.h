#pragma once

// A policy that is ready to decide events. Accepted policies are compiled to a table in memory;
// tables are verified. All inputs then use the same code.

#include <memory>
#include <string>

#include "compiler/event/event_reader.h"
#include "compiler/pipeline/policy_file.h"
#include "ipec/runtime/policy.h"
#include "llvm/Support/Error.h"

namespace ipec::driver {

struct DecisionInput {
  std::string table;  // the bytes that `policy` views; do not move them
  runtime::Policy policy;
  event::Dialect dialect;
  // The policy of the table; null: the table comes from a file.
  const policy::Policy* source = nullptr;
  const targets::Target* target = nullptr;
  const pipeline::PolicyFileReading* reading = nullptr;
};

// Of a compiled table, which contains its target. The error: it is damaged, or has another version.
llvm::Expected<std::unique_ptr<DecisionInput>> LoadTable(const support::SourceBuffer& table);

// Of an accepted policy as `target` reads it. Both must outlive the result.
std::unique_ptr<DecisionInput> CompileInput(const pipeline::PolicyFileReading& reading,
                                            const targets::Target& target);

}  // namespace ipec::driver
