#pragma once

// "Did you mean": the word of a list that a misspelt one was most likely meant to be.

#include <span>
#include <string_view>

namespace ipec::support {

// Empty when nothing is near: more than a third of the letters would have to change. Differences of
// case and of `-` and `_` do not count, two swapped letters count once. Of equally near words the
// first wins.
std::string_view Nearest(std::string_view misspelt, std::span<const std::string_view> words);

}  // namespace ipec::support
