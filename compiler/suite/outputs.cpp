#include "compiler/suite/outputs.h"

namespace ipec::suite {

std::span<const TestFormat> TestFormats() {
  static constexpr TestFormat kFormats[] = {
#define IPEC_TEST_OUTPUT(name, make) {name, make},
#include "compiler/suite/outputs.def"
  };
  return kFormats;
}

}  // namespace ipec::suite
