#include "lsp/features/formatting.h"

#include <algorithm>

#include "compiler/pipeline/format_text.h"
#include "compiler/support/line_diff.h"
#include "lsp/features/place.h"

namespace ipec::lsp {
namespace {

TextEdits EditsFor(const Snapshot& snapshot, format::LineRange lines) {
  format::Style style = pipeline::StyleOf(snapshot.configured->settings.config);
  style.lines = lines;
  const format::Result result = snapshot.claims ? pipeline::FormatText(*snapshot.claims, style)
                                                : pipeline::FormatText(snapshot.reading, style);
  const llvm::StringRef before = snapshot.source.text();
  TextEdits edits;
  for (const support::TextChange& change :
       support::ChangesOf({before.data(), before.size()}, result.text)) {
    edits.push_back({change.where, std::string(change.text)});
  }
  return edits;
}

}  // namespace

TextEdits FormatDocument(const Snapshot& snapshot) {
  return EditsFor(snapshot, {});
}

TextEdits FormatRange(const Snapshot& snapshot, support::Span range) {
  const std::uint32_t size = snapshot.source.size();
  const std::uint32_t begin = std::min(range.begin, size);
  const std::uint32_t end = std::clamp(range.end, begin, size);
  const std::uint32_t first = snapshot.lines.PositionOf(begin).line;
  support::Position last = snapshot.lines.PositionOf(end);
  // A selection of whole lines ends at the beginning of the next one.
  if (last.line > first && last.column == 1) --last.line;
  return EditsFor(snapshot, {first, last.line});
}

TextEdits FormatOnType(const Snapshot& snapshot, std::uint32_t offset) {
  const std::uint32_t size = snapshot.source.size();
  const std::uint32_t line = snapshot.lines.PositionOf(std::min(offset, size)).line;
  if (line == 1) return {};
  TextEdits edits = EditsFor(snapshot, {line - 1, line - 1});
  // The cursor is on the new line, so nothing may move there.
  const support::Span typed = snapshot.lines.LineSpan(snapshot.source.text(), line);
  edits.erase(std::remove_if(
                  edits.begin(), edits.end(),
                  [&](const diagnostics::TextEdit& edit) { return edit.where.end >= typed.begin; }),
              edits.end());
  return edits;
}

}  // namespace ipec::lsp
