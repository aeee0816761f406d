#pragma once

// What is different between two texts, line by line.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/source.h"

namespace ipec::support {

// As a unified diff, for `--diff` of commands that would write: what `patch -p1` and `git apply`
// take. Empty when the texts are equal. The file is named `a/PATH` and `b/PATH`.
std::string UnifiedDiff(std::string_view path, std::string_view before, std::string_view after);

// The bytes of `before` that differ, in order and apart, and what stands there in `after` (a view
// of it): whole lines changed as little as possible, a changed line only from where it differs to
// where it does not.
struct TextChange {
  Span where;
  std::string_view text;
};
std::vector<TextChange> ChangesOf(std::string_view before, std::string_view after);

}  // namespace ipec::support
