#include "compiler/diagnostics/render.h"

#include "compiler/diagnostics/renderers.h"

namespace ipec::diagnostics {

std::unique_ptr<Renderer> MakeRenderer(Format format, llvm::raw_ostream& out,
                                       const RenderOptions& options) {
  switch (format) {
    case Format::Json:
      return MakeJsonRenderer(out);
    case Format::Sarif:
      return MakeSarifRenderer(out, options);
    case Format::Text:
      break;
  }
  return MakeTextRenderer(out, options);
}

}  // namespace ipec::diagnostics
