#pragma once

// Linting one text: findings of the checker come first, and if a target's kernel rejects the policy
// there are no others. Otherwise every rule that is on is asked, in the order of the table; then
// comments suppress findings; then the rules about these comments are asked.

#include <atomic>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/pipeline/reading.h"
#include "lint/settings.h"

namespace ipec::lint {

// A finding that a comment suppresses.
struct Suppressed {
  Diagnostic finding;
  std::size_t by = 0;  // the first such comment, an index into TargetResult::suppressions
};

// The effect of comments on the findings for one target; empty if its kernel rejects the policy.
struct TargetResult {
  std::vector<Suppression> suppressions;
  std::vector<Suppressed> suppressed;
};

struct Result {
  // In file order, those of the checker before all others.
  std::vector<Diagnostic> findings;
  std::vector<std::string> fingerprints;  // one for each finding, if a Filter made them
  std::optional<support::Errno> error;    // of the first target that rejects the policy
  pipeline::Identity identity;            // as the first target reads it
  std::size_t suppressed_count = 0;       // for the target with most of them
  std::size_t more = 0;  // not kept; before a Filter: further findings of the checker
  std::vector<TargetResult> by_target;

  // For the first target.
  std::span<const Suppression> suppressions() const {
    return by_target.empty() ? std::span<const Suppression>() : by_target.front().suppressions;
  }
  std::span<const Suppressed> suppressed() const {
    return by_target.empty() ? std::span<const Suppressed>() : by_target.front().suppressed;
  }
};

// Sees all findings before the least severe are left out because there are too many. It may count
// them and remove some.
using Filter = std::function<void(Result&)>;

inline constexpr std::size_t kMostFindings = diagnostics::Sink::kDefaultLimit;

struct Options {
  Filter filter = {};
  // More findings than these are not kept: the most severe are, and of these the first ones.
  std::size_t most = kMostFindings;
  // Whether `keeps_meaning` of a fix is proved for every target. Otherwise it is a rule's claim.
  bool prove = true;
  // The name of each target of the reading in notes; none: Describe(target).
  std::span<const std::string> target_names = {};
  // Once this is true, Lint returns soon, and the result is incomplete.
  const std::atomic<bool>* stop = nullptr;
};

// Lints a text for all targets of its reading. A finding for several targets is reported once, with
// a note if it is not for all of them. If a target does not know a word that another one knows,
// op-newer-than-target reports that, if it is on.
Result Lint(const pipeline::Reading& reading, const Settings& settings,
            const Options& options = {});

}  // namespace ipec::lint
