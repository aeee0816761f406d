#pragma once

// Line-by-line differences between two texts.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/source.h"

namespace ipec::support {

// A unified diff, for the `--diff` options, in the format of `patch -p1` and `git apply`. Empty if
// the texts are equal. The file is named `a/PATH` and `b/PATH`.
std::string UnifiedDiff(std::string_view path, std::string_view before, std::string_view after);

// The ranges of bytes of `before` that differ, ascending and disjoint, and their replacements
// (views into `after`). Changes as few whole lines as possible; of a changed line, only the part
// from the first to the last difference.
struct TextChange {
  Span where;
  std::string_view text;
};
std::vector<TextChange> ChangesOf(std::string_view before, std::string_view after);

}  // namespace ipec::support
