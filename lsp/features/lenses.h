#pragma once

// Lines above statements, when an editor asks for them: rules and defaults that never decide, and
// what of an operation is left to its DEFAULT.

#include <string>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

struct Lens {
  support::Span span;  // the statement
  std::string title;
  std::vector<support::Span> places;  // of statements the title speaks of; may be empty
};

// In file order.
std::vector<Lens> LensesOf(const Snapshot& snapshot);

}  // namespace ipec::lsp
