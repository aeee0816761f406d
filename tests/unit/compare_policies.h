#pragma once

// Compares two policies in one call.

#include "compiler/analysis/compare.h"

namespace ipec::tests {

inline bool IsSame(analysis::Keeps keeps, const policy::Policy& before,
                   const policy::Policy& after) {
  const analysis::Coverage old_one(before);
  const analysis::Coverage new_one(after);
  return !analysis::Compare(keeps, old_one, new_one);
}

}  // namespace ipec::tests
