#pragma once

// Fixes are edits of text. One is safe when the edited text is proved to mean the same: the
// target's kernel reads the same name and version from it, decides every event alike and records it
// alike.

#include <span>
#include <string>

#include "compiler/analysis/reachability.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/pipeline/check_text.h"
#include "compiler/targets/targets.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {

// Edits must be in order and must not overlap.
std::string Apply(llvm::StringRef text, std::span<const diagnostics::TextEdit> edits);

// Whether `after` means what `before` does, records included.
bool MeansTheSame(const pipeline::Checked& before, llvm::StringRef after,
                  const targets::Target& target);
bool MeansTheSame(const pipeline::Checked& before, const pipeline::Checked& after);

// Keeps `keeps_meaning` on those fixes of `findings` for which it is true; `reachability` is that
// of `checked`. A fix within a few lines of rules and comments is proved by these lines, others by
// the whole text. At some size of policy and number of those proving each would take too long; what
// is not proved is not safe.
void Prove(const pipeline::Checked& checked, const analysis::Reachability& reachability,
           const targets::Target& target, std::vector<diagnostics::Diagnostic>& findings);

using Fixes = std::vector<const diagnostics::Fix*>;

// Those of `fixes` that can be applied together, in the order of their first edits: a fix goes in
// whole or not at all, and of two that touch the earlier one stays. Text put in at one place is put
// in in that order. The rest goes to `others`.
Fixes Compatible(Fixes fixes, Fixes* others = nullptr);

// Fixes that are compatible.
std::string Apply(llvm::StringRef text, const Fixes& fixes);

}  // namespace ipec::lint
