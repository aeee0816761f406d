#pragma once

// The problems of templates, by their rows in diagnostics.def. Names from a template may have any
// length and bytes.

#include <cstddef>
#include <string_view>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/support/source.h"
#include "llvm/Support/Error.h"

namespace ipec::render {

void ReportBadPlaceholder(diagnostics::Sink& sink, support::Span where, std::string_view words);
void ReportBadDirective(diagnostics::Sink& sink, support::Span where, std::string_view words);
void ReportUnknownValue(diagnostics::Sink& sink, support::Span where, std::string_view name,
                        llvm::Error why);
// `owner`: of one of the values of a pattern; else empty.
void ReportUnfitValue(diagnostics::Sink& sink, support::Span where, std::string_view name,
                      std::string_view owner, llvm::Error why);
void ReportSecondPattern(diagnostics::Sink& sink, support::Span where, std::string_view name,
                         std::string_view first);
void ReportBadInclude(diagnostics::Sink& sink, support::Span where, std::string_view path,
                      llvm::Error why);
void ReportTooLong(diagnostics::Sink& sink, support::Span where, std::size_t most_bytes);

}  // namespace ipec::render
