// Any bytes as a file of claims, for every target: it is well-formed if and only if nothing is
// found, the places of findings are between characters, and repairs,
// applied repeatedly, end without a finding of a new kind. Every layout is accepted by its proof,
// is a fixed point, and claims the same. Fixing the whole text leaves no repair to make.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "compiler/pipeline/format_text.h"
#include "compiler/support/assert.h"
#include "compiler/targets/targets.h"
#include "lint/fix_claims.h"
#include "tests/unit/check_probe.h"

namespace {

using namespace ipec;

constexpr std::size_t kFewBytes = 512;

void CheckLayout(const std::string& text, const targets::Target& target, format::Style style) {
  const pipeline::ClaimsReading reading(support::SourceBuffer("f", text), target);
  const format::Result result = pipeline::FormatText(reading, style);
  IPEC_CHECK(!result.failure, "a layout was rejected");
  const pipeline::ClaimsReading after(support::SourceBuffer("f", result.text), target);
  IPEC_CHECK(pipeline::FormatText(after, style).text == result.text, "no fixed point");
}

void CheckFixes(const std::string& text, const targets::Target& target) {
  const auto fix = [&](const std::string& before) {
    return lint::FixClaims(pipeline::ClaimsReading(support::SourceBuffer("f", before), target));
  };
  const lint::FixedText fixed = fix(text);
  IPEC_CHECK((fixed.count == 0) == (fixed.text == text), "a repair changed nothing");
  // Of a text with many repairs that fail together, some are left for the next call.
  if (text.size() < kFewBytes) IPEC_CHECK(fix(fixed.text).count == 0, "a repair was left");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const targets::Target& target : targets::AllTargets()) {
    const tests::Probe probe = tests::CheckClaimsText(text, target);
    std::optional<std::string> problem = tests::FindPlaceProblem(text, probe);
    if ((probe.error == 0) != probe.findings.empty())
      problem = "not well-formed, without a finding";
    for (const tests::Way way : tests::kWays) {
      if (!problem) problem = tests::FindRepairProblem(text, target, way, tests::Form::Claims);
    }
    for (const bool align : {false, true}) {
      format::Style style;
      style.align = style.sort_properties = align;
      CheckLayout(text, target, style);
    }
    CheckFixes(text, target);
    if (!problem) continue;
    std::fprintf(stderr, "claims_fuzz: %s\n", problem->c_str());
    std::abort();
  }
  return 0;
}
