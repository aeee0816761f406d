// Any bytes as policy text, for every target: the places of findings are between characters, and
// repairs, applied repeatedly, end without a finding of a new kind.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "compiler/targets/targets.h"
#include "tests/unit/check_probe.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ipec;
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const targets::Target& target : targets::AllTargets()) {
    std::optional<std::string> problem =
        tests::FindPlaceProblem(text, tests::CheckText(text, target));
    for (const tests::Way way : tests::kWays) {
      if (!problem) problem = tests::FindRepairProblem(text, target, way);
    }
    if (!problem) continue;
    std::fprintf(stderr, "repairs_fuzz: %s\n", problem->c_str());
    std::abort();
  }
  return 0;
}
