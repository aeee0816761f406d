#pragma once

// Linting one text: what the target's kernel refuses comes first and stops the rules; then every
// rule that is on, in the order of the table, then comments that silence, then the rules about
// those.

#include <atomic>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "compiler/pipeline/check_text.h"
#include "lint/settings.h"

namespace ipec::lint {

// A finding that a comment silences.
struct Hushed {
  Diagnostic finding;
  std::size_t by = 0;  // the first such comment, an index into Result::suppressions
};

struct Result {
  // In file order, what a kernel refuses before all others.
  std::vector<Diagnostic> findings;
  std::vector<std::string> fingerprints;  // one a finding, where a Sift made them
  std::optional<support::Errno> error;
  pipeline::Identity identity;  // as the first target reads it
  std::size_t silenced = 0;
  std::size_t more = 0;  // found, but not kept; before a Sift: of what a kernel refuses

  // Of the first target alone, and empty where its kernel refuses the policy.
  std::vector<Suppression> suppressions;
  std::vector<Hushed> hushed;
};

// What somebody does with all findings, e.g. counts them and takes out those that are known, before
// some are left out because there are too many.
using Sift = std::function<void(Result&)>;

// Targets that one file is linted for.
using Targets = std::span<const targets::Target* const>;

// `checked` is what the target makes of `source`; both must outlive the result. `all`: the targets
// that the file is linted for, one after the other; empty: this one only. All findings are kept,
// and `keeps_meaning` of a fix is a rule's claim. Once `stop` is true the result may be anything:
// nobody wants it.
Result LintChecked(const support::SourceBuffer& source, const pipeline::Checked& checked,
                   const targets::Target& target, const Settings& settings,
                   const std::atomic<bool>* stop = nullptr, Targets all = {});

// Of one result a target: what all of them say once, with a note where it is true for some only.
// What one target's kernel refuses because of a word that another knows is said by
// op-newer-than-target, where that is on. Of more than `most` findings the worst are kept.
inline constexpr std::size_t kMostFindings = diagnostics::Sink::kDefaultLimit;
Result Merge(const support::SourceBuffer& source, std::vector<Result> results, Targets targets,
             const Sift& sift = {}, std::size_t most = kMostFindings);

// For one or several targets: each asked, then merged, and fixes proved for all of them. `source`
// must outlive the result.
Result LintForAll(const support::SourceBuffer& source, Targets targets, const Settings& settings,
                  const Sift& sift = {});
Result LintText(const support::SourceBuffer& source, const targets::Target& target,
                const Settings& settings);

}  // namespace ipec::lint
