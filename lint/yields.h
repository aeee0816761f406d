#pragma once

// No finding twice: where several rules speak of one thing, the one that says most is kept. The
// table is yields.def.

#include <cstddef>
#include <utility>
#include <vector>

#include "lint/rule.h"

namespace ipec::lint {

// Takes out the findings that another one of `findings` says better. They are in file order and
// stay so. Takes O(n log n).
void DropYielding(const support::LineMap& lines, std::vector<Diagnostic>& findings);

// Takes out those that do not stay; `stays` has one for each.
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
