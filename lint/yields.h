#pragma once

// Avoids duplicate findings: if several rules report the same problem, the most informative finding
// is kept. The table is in yields.cpp.

#include <cstddef>
#include <utility>
#include <vector>

#include "lint/rule.h"

namespace ipec::lint {

// Removes findings that another one of `findings` makes redundant. They are in file order and stay
// so. O(n log n).
void DropYielding(const support::LineMap& lines, std::vector<Diagnostic>& findings);

// Removes those with a false entry in `stays`, which has one for each.
template <typename Element>
void KeepIf(std::vector<Element>& all, const std::vector<bool>& stays) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!stays[i]) continue;
    if (kept != i) all[kept] = std::move(all[i]);
    ++kept;
  }
  all.resize(kept);
}

}  // namespace ipec::lint
