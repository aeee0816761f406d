#pragma once

// Two texts as a unified diff, for `--diff` of commands that would write: what `patch -p1` and
// `git apply` take.

#include <string>
#include <string_view>

namespace ipec::support {

// Empty when the texts are equal. The file is named `a/PATH` and `b/PATH`.
std::string UnifiedDiff(std::string_view path, std::string_view before, std::string_view after);

}  // namespace ipec::support
