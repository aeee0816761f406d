#include "compiler/check/combine_fixes.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace ipec::check {
namespace {

using diagnostics::Fix;
using diagnostics::TextEdit;

bool Overlaps(const std::vector<TextEdit>& edits, const TextEdit& other) {
  return std::any_of(edits.begin(), edits.end(), [&](const TextEdit& edit) {
    const bool is_one_place =
        edit.where == other.where && edit.where.empty() && other.where.empty();
    return is_one_place ||
           (edit.where.begin < other.where.end && other.where.begin < edit.where.end);
  });
}

}  // namespace

bool Combine(Fix& fixes, const Fix& fix) {
  if (std::any_of(fix.edits.begin(), fix.edits.end(),
                  [&](const TextEdit& edit) { return Overlaps(fixes.edits, edit); })) {
    return false;
  }
  fixes.edits.insert(fixes.edits.end(), fix.edits.begin(), fix.edits.end());
  std::stable_sort(
      fixes.edits.begin(), fixes.edits.end(), [](const TextEdit& a, const TextEdit& b) {
        return std::pair(a.where.begin, a.where.end) < std::pair(b.where.begin, b.where.end);
      });
  return true;
}

}  // namespace ipec::check
