#pragma once

// One line of a source as a terminal can show it, and where in it a span is.

#include <cstdint>
#include <string>

#include "compiler/support/source.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::diagnostics {

struct Excerpt {
  std::string text;        // nothing in it moves a cursor; at most a few hundred columns wide
  std::size_t column = 0;  // where the span begins in `text`, in columns of a terminal, from 0
  std::size_t width = 1;   // how wide it is there, at least 1
};

// The part of `line` around `span`, which is cut to that line. Long lines are clipped, whatever
// their length, at a cost that does not depend on it. Tabs become blanks up to the next multiple of
// eight.
Excerpt ExcerptOf(llvm::StringRef text, support::Span line, support::Span span);

}  // namespace ipec::diagnostics
