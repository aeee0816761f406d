#include "compiler/render/problems.h"

#include <utility>

#include "compiler/diagnostics/definitions.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::render {

using diagnostics::Sink;
using support::Abbreviated;
using support::Span;

void ReportBadPlaceholder(Sink& sink, Span where, std::string_view words) {
  sink.Emit(where, diag::BadPlaceholder, words);
}

void ReportBadDirective(Sink& sink, Span where, std::string_view words) {
  sink.Emit(where, diag::BadDirective, words);
}

void ReportUnknownValue(Sink& sink, Span where, std::string_view name, llvm::Error why) {
  sink.Emit(where, diag::UnknownValue, Abbreviated(name), llvm::toString(std::move(why)));
}

void ReportUnfitValue(Sink& sink, Span where, std::string_view name, std::string_view owner,
                      llvm::Error why) {
  std::string named = support::Quoted(Abbreviated(name));
  if (!owner.empty()) named += " for " + support::Quoted(Abbreviated(owner));
  sink.Emit(where, diag::UnfitValue, named, llvm::toString(std::move(why)));
}

void ReportSecondPattern(Sink& sink, Span where, std::string_view name, std::string_view first) {
  sink.Emit(where, diag::SecondPattern, Abbreviated(name), Abbreviated(first));
}

void ReportBadInclude(Sink& sink, Span where, std::string_view path, llvm::Error why) {
  sink.Emit(where, diag::BadInclude, Abbreviated(path), llvm::toString(std::move(why)));
}

void ReportTooLong(Sink& sink, Span where, std::size_t most_bytes) {
  sink.Emit(where, diag::RenderedTooLong, most_bytes);
}

}  // namespace ipec::render
