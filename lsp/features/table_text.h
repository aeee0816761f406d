#pragma once

// The decision table of the policy, as `ipec compile --emit=dump` prints it.

#include <string>

#include "lsp/snapshot.h"

namespace ipec::lsp {

struct TableText {
  std::string text;     // the table; empty if there is a problem
  std::string problem;  // why there is no table
};

TableText TableOf(const Snapshot& snapshot);

}  // namespace ipec::lsp
