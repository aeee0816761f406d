// Any bytes as a file of claims, for every target: it is well-formed if and only if nothing is
// found, the places of findings are between characters, and repairs,
// applied repeatedly, end without a finding of a new kind.

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
    const tests::Probe probe = tests::CheckClaimsText(text, target);
    std::optional<std::string> problem = tests::FindPlaceProblem(text, probe);
    if ((probe.error == 0) != probe.findings.empty())
      problem = "not well-formed, without a finding";
    for (const tests::Way way : tests::kWays) {
      if (!problem) problem = tests::FindRepairProblem(text, target, way, tests::Form::Claims);
    }
    if (!problem) continue;
    std::fprintf(stderr, "claims_fuzz: %s\n", problem->c_str());
    std::abort();
  }
  return 0;
}
