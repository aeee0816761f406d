#pragma once

// Inlay hints, if the editor enables them: the number of each rule within its operation, and how
// many of its cases it decides.

#include <cstdint>
#include <string>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

struct HintsWanted {
  bool numbers = false;  // "2." before a rule: the second rule of its operation
  bool cases = false;    // "decides 3 of 4 cases" after it
};

struct Hint {
  std::uint32_t offset = 0;
  std::string label;
  std::string tooltip;  // may be empty
  bool before = false;  // before the text at `offset`, else after the text that ends there
};

// For the statements in `range`, in order.
std::vector<Hint> HintsIn(const Snapshot& snapshot, support::Span range, const HintsWanted& wanted);

}  // namespace ipec::lsp
