#pragma once

// Fixes are edits of text. A fix is safe if the edited text is proved to have the same meaning for
// every target's kernel, as pipeline::CompareMeaning defines it, or to be the same policy with a
// higher version.

#include <string>
#include <string_view>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/pipeline/reading.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {

// Whether a fix between these two is safe.
bool KeepsMeaning(const pipeline::TargetReading& before, const pipeline::TargetReading& after);
// Whether the text with the fix has the same meaning, records included, for every target.
bool KeepsMeaning(const pipeline::Reading& before, const diagnostics::Fix& fix);

// Keeps `keeps_meaning` on those fixes of `findings` for which it is true. A fix within a few lines
// of rules and comments is proved by these lines, others by the whole text. In large policies with
// many such fixes only the first are proved; a fix that is not proved is not safe.
void Prove(const pipeline::Reading& before, std::vector<diagnostics::Diagnostic>& findings);

using Fixes = std::vector<const diagnostics::Fix*>;

// The fixes of `fixes` that can be applied together, in the order of their first edits. A fix is
// applied as a whole or not at all; if two touch, the earlier one stays. Insertions at one place
// keep that order. The others go to `others`.
Fixes Compatible(Fixes fixes, Fixes* others = nullptr);

// Fixes that are compatible.
std::string Apply(std::string_view text, const Fixes& fixes);

}  // namespace ipec::lint
