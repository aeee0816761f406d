#pragma once

// Passes the findings of one checked file to a renderer.

#include "compiler/diagnostics/render.h"
#include "compiler/driver/policy_input.h"

namespace ipec::driver {

diagnostics::FileReport ReportOf(const PolicyInput& input, const pipeline::Checked& checked,
                                 const targets::Target& target);

// As text, for commands that print something else on standard output.
void PrintFindings(const PolicyInput& input, const pipeline::Checked& checked,
                   const targets::Target& target, bool color, llvm::raw_ostream& out);

}  // namespace ipec::driver
