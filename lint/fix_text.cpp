#include "lint/fix_text.h"

#include <algorithm>

#include "lint/fixes.h"

namespace ipec::lint {
namespace {

// More rounds of fixing than any policy needs: each fix removes its finding.
constexpr int kMostRounds = 10;

bool SameForAll(llvm::StringRef before, llvm::StringRef after,
                std::span<const targets::Target* const> targets) {
  return std::all_of(targets.begin(), targets.end(), [&](const targets::Target* target) {
    return MeansTheSame(pipeline::CheckText(before, *target), after, *target);
  });
}

}  // namespace

FixedText FixText(const support::SourceBuffer& source, const Result& found,
                  std::span<const targets::Target* const> targets, const Settings& settings,
                  bool unsafe) {
  FixedText result{source.text().str(), 0};
  support::SourceBuffer buffer;
  Result again;
  for (int round = 0; round < kMostRounds; ++round) {
    const Fixed fixed =
        ApplyFixes(result.text, round == 0 ? found.findings : again.findings, unsafe);
    if (fixed.count == 0 || fixed.text == result.text) break;
    if (!unsafe && !SameForAll(result.text, fixed.text, targets)) break;
    result.text = fixed.text;
    result.count += fixed.count;
    buffer = support::SourceBuffer(source.name(), result.text);
    again = LintForAll(buffer, targets, settings);
  }
  return result;
}

}  // namespace ipec::lint
