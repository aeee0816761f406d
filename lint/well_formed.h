#pragma once

// Findings about the well-formed statements of a policy that is rejected because others are
// malformed or missing: an editor shows them while a statement is being written.

#include <vector>

#include "lint/linter.h"

namespace ipec::lint {

// The text is linted without its malformed statements, with a global DEFAULT if one is missing.
// Findings about rules and comments are kept, without fixes. Not those about the header, DEFAULTs
// and suppressions: what is malformed may be what they miss. None if the rest is rejected, too.
std::vector<Diagnostic> LintWellFormed(const pipeline::Reading& reading, const Settings& settings,
                                       const Options& options);

}  // namespace ipec::lint
