#pragma once

// One line of a source as a terminal can show it, and the position of a span in it.

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/support/source.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::diagnostics {

struct Excerpt {
  std::string text;        // cannot move the cursor; at most a few hundred columns wide
  std::size_t column = 0;  // where the span begins in `text`, in terminal columns, from 0
  std::size_t width = 1;   // width of the span, at least 1
};

// The part of `line` around `span`, which is clamped to that line. Long lines are clipped, at a
// cost that does not depend on their length. Tabs become spaces up to the next multiple of eight.
Excerpt ExcerptOf(std::string_view text, support::Span line, support::Span span);

}  // namespace ipec::diagnostics
