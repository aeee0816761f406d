#include "compiler/driver/test_thresholds.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "compiler/support/streams.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"

namespace ipec::driver {

using command::ExitStatus;

namespace {

constexpr std::string_view kNames[] = {"cases", "rules", "mutants"};
constexpr std::string_view kWords[] = {"cases are pinned", "statements decide a tested event",
                                       "mutants are killed"};

}  // namespace

llvm::Error TestThresholds::Add(const std::string& word, suite::RunOptions& options) {
  const std::size_t colon = word.find(':');
  const std::string_view what = std::string_view(word).substr(0, colon);
  const auto* const of = std::find(std::begin(kNames), std::end(kNames), what);
  Threshold threshold;
  const char* const end = word.data() + word.size();
  const auto read =
      std::from_chars(word.data() + std::min(colon, word.size() - 1) + 1, end, threshold.percent);
  if (of == std::end(kNames) || colon == std::string::npos || read.ec != std::errc() ||
      read.ptr != end || threshold.percent > 100) {
    return support::ErrorOf(support::Quoted("--threshold=" + word) +
                            " must be `cases:N`, `rules:N` or `mutants:N`, with N from 0 to 100" +
                            (of == std::end(kNames) ? support::Suggest(what, kNames) : ""));
  }
  threshold.of = static_cast<Of>(of - std::begin(kNames));
  (threshold.of == Of::Mutants ? options.mutants : options.coverage) = true;
  thresholds_.push_back(threshold);
  return llvm::Error::success();
}

ExitStatus TestThresholds::Check(const suite::TestTotals& totals, command::Environment& env) const {
  ExitStatus status = ExitStatus::Ok;
  for (const Threshold& threshold : thresholds_) {
    const bool is_mutants = threshold.of == Of::Mutants;
    const suite::Ratio& ratio = is_mutants                  ? totals.kills
                                : threshold.of == Of::Cases ? totals.pinned
                                                            : totals.covered;
    if (is_mutants && totals.mutants_left_out) continue;  // tests failed
    if (ratio.percent() >= threshold.percent) continue;
    status =
        command::Report(env, ExitStatus::Findings,
                        fmt::format("{} of {} {}: {} %, below the threshold of {} %", ratio.part,
                                    ratio.whole, kWords[static_cast<std::size_t>(threshold.of)],
                                    ratio.percent(), threshold.percent));
  }
  return status;
}

}  // namespace ipec::driver
