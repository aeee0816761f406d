#pragma once

// The policy in a compiled table, as text: commands that read a policy can read a table, too.
//
// The text decides and records every event as the table does. Each statement is in the line that it
// had in the policy that the table was compiled from; lines of statements that decide nothing, and
// of comments, are empty. Only if statements share a line (an alias) or a pass has moved rules, the
// next statements are further down.

#include "compiler/support/source.h"
#include "compiler/targets/targets.h"
#include "llvm/Support/Error.h"

namespace ipec::pipeline {

struct TableText {
  support::SourceBuffer text;     // with the name of the table
  const targets::Target* target;  // that the table was compiled for, without missing properties
};

// The error: the table is damaged, of an unknown target, or not made by `ipec compile`.
llvm::Expected<TableText> ReadTableText(const support::SourceBuffer& table);

}  // namespace ipec::pipeline
