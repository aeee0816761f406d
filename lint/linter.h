#pragma once

// Linting one text: what the target's kernel refuses comes first and stops the rules; then every
// rule that is on, in the order of the table, then comments that silence, then the rules about
// those.

#include "compiler/pipeline/check_text.h"
#include "lint/settings.h"

namespace ipec::lint {

struct Result {
  std::vector<Diagnostic> findings;  // in file order
  std::optional<support::Errno> error;
  std::size_t silenced = 0;
  std::size_t more = 0;  // found, but not kept
};

// `source` must outlive the result. `all`: the targets that the file is linted for, one after the
// other; empty: this one only.
Result LintText(const support::SourceBuffer& source, const targets::Target& target,
                const Settings& settings, std::span<const targets::Target* const> all = {});

// For several targets: what all of them say once, with a note where it is true for some only. What
// one target's kernel refuses because of a word that another knows is said by op-newer-than-target,
// where that is on.
Result LintForAll(const support::SourceBuffer& source,
                  std::span<const targets::Target* const> targets, const Settings& settings);

}  // namespace ipec::lint
