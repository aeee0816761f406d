#pragma once

// Edits applied to a text. They must be in file order and must not overlap, as those of a Fix are.

#include <span>
#include <string>
#include <string_view>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/support/source.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::diagnostics {

std::string Apply(std::string_view text, std::span<const TextEdit> edits);

// The edited `part` of the text, which contains all edits.
std::string Apply(std::string_view text, support::Span part, std::span<const TextEdit> edits);

}  // namespace ipec::diagnostics
