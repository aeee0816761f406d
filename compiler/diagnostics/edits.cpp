#include "compiler/diagnostics/edits.h"

#include "compiler/support/numbers.h"

namespace ipec::diagnostics {

std::string Apply(std::string_view text, std::span<const TextEdit> edits) {
  return Apply(text, {0, support::ToU32(text.size())}, edits);
}

std::string Apply(std::string_view view, support::Span part, std::span<const TextEdit> edits) {
  const llvm::StringRef text = view;
  std::string after;
  std::uint32_t at = part.begin;
  for (const TextEdit& edit : edits) {
    after += text.slice(at, edit.where.begin);
    after += edit.text;
    at = edit.where.end;
  }
  return after += text.slice(at, part.end);
}

}  // namespace ipec::diagnostics
