#pragma once

// The factories behind MakeRenderer, one per format.

#include "compiler/diagnostics/render.h"

namespace ipec::diagnostics {

std::unique_ptr<Renderer> MakeTextRenderer(llvm::raw_ostream& out, const RenderOptions& options);
std::unique_ptr<Renderer> MakeJsonRenderer(llvm::raw_ostream& out);
std::unique_ptr<Renderer> MakeSarifRenderer(llvm::raw_ostream& out, const RenderOptions& options);

}  // namespace ipec::diagnostics
