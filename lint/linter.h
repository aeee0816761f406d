#pragma once

// Linting one text: what the target's kernel refuses comes first and stops the rules; then every
// rule that is on, in the order of the table, then comments that silence, then the rules about
// those.

#include <atomic>
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
  std::vector<Diagnostic> findings;  // in file order
  std::optional<support::Errno> error;
  std::size_t silenced = 0;
  std::size_t more = 0;  // found, but not kept

  // Of the first target alone, and empty where its kernel refuses the policy.
  std::vector<Suppression> suppressions;
  std::vector<Hushed> hushed;
};

// How much of the work is asked for.
struct Effort {
  bool prove = true;                        // false: `keeps_meaning` of a fix is a rule's claim
  const std::atomic<bool>* stop = nullptr;  // once true the result may be anything: nobody wants it
};

// Targets that one file is linted for.
using Targets = std::span<const targets::Target* const>;

// `checked` is what the target makes of `source`; both must outlive the result. `all`: the targets
// that the file is linted for, one after the other; empty: this one only.
Result LintChecked(const support::SourceBuffer& source, const pipeline::Checked& checked,
                   const targets::Target& target, const Settings& settings,
                   const Effort& effort = {}, Targets all = {});

// `source` must outlive the result.
Result LintText(const support::SourceBuffer& source, const targets::Target& target,
                const Settings& settings, Targets all = {});

// Of one result a target: what all of them say once, with a note where it is true for some only.
// What one target's kernel refuses because of a word that another knows is said by
// op-newer-than-target, where that is on.
Result Merge(const support::SourceBuffer& source, std::vector<Result> results, Targets targets);

// For several targets: each asked, then merged.
Result LintForAll(const support::SourceBuffer& source, Targets targets, const Settings& settings);

}  // namespace ipec::lint
