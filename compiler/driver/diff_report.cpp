#include "compiler/driver/diff_report.h"

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

}  // namespace ipec::driver
