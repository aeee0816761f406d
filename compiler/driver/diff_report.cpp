#include "compiler/driver/diff_report.h"

#include <algorithm>

namespace ipec::driver {
namespace {

constexpr DiffFormat kFormats[] = {
#define IPEC_DIFF_OUTPUT(name, make) {name, make},
#include "compiler/driver/diff_outputs.def"
};

}  // namespace

std::span<const DiffFormat> DiffFormats() {
  return kFormats;
}

std::vector<const FileChange*> InOrder(std::span<const FileChange> changes, bool looser_first) {
  std::vector<const FileChange*> ordered;
  ordered.reserve(changes.size());
  for (const FileChange& change : changes) ordered.push_back(&change);
  if (looser_first) {
    std::stable_partition(ordered.begin(), ordered.end(),
                          [](const FileChange* change) { return change->counts().looser != 0; });
  }
  return ordered;
}

}  // namespace ipec::driver
