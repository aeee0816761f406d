#pragma once

// Findings of one checked file on their way to a renderer.

#include "compiler/diagnostics/render.h"
#include "compiler/driver/policy_input.h"

namespace ipec::driver {

diagnostics::FileReport ReportOf(const PolicyInput& input, const pipeline::Checked& checked,
                                 const targets::Target& target);

// As text, for commands whose standard output carries something else.
void PrintFindings(const PolicyInput& input, const pipeline::Checked& checked,
                   const targets::Target& target, bool color, llvm::raw_ostream& out);

}  // namespace ipec::driver
