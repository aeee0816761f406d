#pragma once

// A repair proves itself: the checker reads the statement again as the repair would leave it.
//
// A repair is kept if the kernel then finds fewer errors there, and no error of a kind that the
// statement does not already have. So applying repairs repeatedly ends without surprises. The final
// statement is remembered: a DEFAULT that will be read is not missing, and one that will be a
// duplicate is reported at once.

#include <cstdint>

#include "compiler/check/checker.h"

namespace ipec::check {

// Longer statements are not read again, so their repairs are not offered.
inline constexpr std::uint32_t kLongestRepaired = 2048;

void ProveRepairs(Checker& checker);

}  // namespace ipec::check
