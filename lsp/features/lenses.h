#pragma once

// Code lenses above statements: rules and DEFAULTs that never decide, and the cases of an operation
// that are left to its DEFAULT.

#include <string>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

struct Lens {
  support::Span span;  // the statement
  std::string title;
  std::vector<support::Span>
      places;  // of statements in the title, the first one leads; may be empty
};

// Events that rules decide: above the first of each statement, one that it decides. None of a
// policy of more than kMostEvents rules, for editors' sake.
inline constexpr std::size_t kMostEvents = 2000;
struct EventLens {
  support::Span span;  // the statement
  std::string event;   // as JSON
};
std::vector<EventLens> EventLensesOf(const Snapshot& snapshot);

// In file order; where targets differ, for each of them.
std::vector<Lens> LensesOf(const Snapshot& snapshot);

}  // namespace ipec::lsp
