#pragma once

// Findings about a rendered text as findings about the template and the files that it includes.

#include <span>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/render/render.h"

namespace ipec::render {

// A list for each source, in the order of the file. Findings of one kind with the same message at
// one place, as repeated statements have them, become one. A finding about a statement with a value
// has a note with the rendered statement. Fixes that edit a value, a repeated statement or several
// files are left out.
std::vector<std::vector<diagnostics::Diagnostic>> MapFindings(
    const Rendered& rendered, std::span<const diagnostics::Diagnostic> findings);

}  // namespace ipec::render
