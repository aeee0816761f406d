#pragma once

// The rows of diagnostics.def as constants: `sink.Emit(span, diag::UnknownOperation, …)`. Only
// sources that emit a diagnostic or list all of them include this, so a new row recompiles few.

#include <cstddef>
#include <string_view>

#include "compiler/diagnostics/diagnostic.h"

namespace ipec::diag {
#define IPEC_DIAG(id, name, code, severity, words, ...) \
  inline const diagnostics::Definition<__VA_ARGS__> id{ \
      {code, name, diagnostics::Severity::severity, words}, words};
#include "compiler/diagnostics/diagnostics.def"
}  // namespace ipec::diag
