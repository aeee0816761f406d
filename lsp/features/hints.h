#pragma once

// What an editor may write between the lines, when it is asked to: the number of each rule among
// those of its operation, and how much it decides.

#include <cstdint>
#include <string>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

struct HintsWanted {
  bool numbers = false;  // "2." before a rule: the second that is tried for its operation
  bool cases = false;    // "decides 3 of 4 cases" behind it
};

struct Hint {
  std::uint32_t offset = 0;
  std::string label;
  std::string tooltip;  // may be empty
  bool before = false;  // stands before what is at `offset`, else behind what ends there
};

// For statements that `range` touches, in order.
std::vector<Hint> HintsIn(const Snapshot& snapshot, support::Span range, const HintsWanted& wanted);

}  // namespace ipec::lsp
