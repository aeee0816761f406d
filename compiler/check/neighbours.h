#pragma once

// Rejected statements one below the other, which may be one that was wrapped. Shows the effect of a
// repair of one of them on the others.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "compiler/check/checker.h"

namespace ipec::check {

// The lines of one statement, which can be read on their own, and the findings about them.
struct Block {
  support::Span span;
  std::vector<std::size_t> findings;  // their numbers in the sink
  std::string fixed;                  // with the repairs that are offered first
};

class Neighbours {
 public:
  // `blocks` are in file order; `fixed` of the earlier blocks must be known at a call.
  Neighbours(const Checker& checker, const std::vector<Block>& blocks)
      : checker_(checker), blocks_(blocks) {}

  // Whether the blocks around number `at`, with or without their own repairs, have findings of a
  // new kind if this one is `text`. A finding about a wrapped statement counts as a new kind, too.
  // Also true if an answer would take too long.
  bool AffectsNeighbours(std::size_t at, const std::string& text);
  // The same for the blocks around `line`, which is outside of blocks, if it is removed.
  bool RemovalAffectsNeighbours(support::Span line);

 private:
  struct Range {
    std::size_t first = 0;
    std::size_t last = 0;  // a block, too
    support::Span lines;   // of all of them, and of a name above them whose version they may have
  };
  Range WithName(Range range) const;
  Range Around(std::size_t at) const;
  bool AreNeighbours(std::size_t above, std::size_t below) const;
  bool MayJoin(Range range) const;
  std::string Write(Range range, std::size_t at, const std::string& text, bool fixed) const;
  bool AddsKindOfFinding(Range range, std::string before, std::string after);
  using Kinds = std::vector<const diagnostics::Descriptor*>;
  const Kinds* KindsIn(Range range, std::string text);

  const Checker& checker_;
  const std::vector<Block>& blocks_;
  // The kinds of findings in each text that was read.
  std::map<std::string, Kinds> below_header_;
  std::map<std::string, Kinds> at_top_;
  std::size_t left_ = std::size_t{64} << 10U;  // bytes that may be read again
};

}  // namespace ipec::check
