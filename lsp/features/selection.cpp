#include "lsp/features/selection.h"

#include <algorithm>

#include "lsp/features/place.h"

namespace ipec::lsp {
namespace {

using support::Span;
using syntax::Line;
using syntax::LineKind;

// Without its end.
Span Content(const Snapshot& snapshot, const Line& line) {
  Span span = line.span;
  const llvm::StringRef text = snapshot.document().text;
  if (span.end > span.begin && text[span.end - 1] == '\n') --span.end;
  if (span.end > span.begin && text[span.end - 1] == '\r') --span.end;
  return span;
}

// The lines around `line` up to the next empty ones.
Span Paragraph(const Snapshot& snapshot, const Line& line) {
  const std::vector<Line>& lines = snapshot.document().lines;
  const auto is_empty = [](const Line& one) {
    return one.kind == LineKind::Blank && one.comment.empty();
  };
  const std::size_t at = support::ToSize(&line - lines.data());
  if (is_empty(line)) return line.span;
  std::size_t first = at;
  std::size_t last = at;
  while (first > 0 && !is_empty(lines[first - 1])) --first;
  while (last + 1 < lines.size() && !is_empty(lines[last + 1])) ++last;
  return {lines[first].span.begin, lines[last].span.end};
}

}  // namespace

std::vector<Span> SelectionsAt(const Snapshot& snapshot, std::uint32_t offset) {
  const Place place = PlaceAt(snapshot, offset);
  std::vector<Span> chain;
  const auto grow = [&](Span span) {
    if (place.offset < span.begin || place.offset > span.end) return;
    if (chain.empty() ? span.empty()
                      : span.begin > chain.back().begin || span.end < chain.back().end ||
                            span == chain.back()) {
      return;
    }
    chain.push_back(span);
  };
  const std::uint32_t size = snapshot.source.size();
  if (place.part == Part::Hidden) grow(snapshot.document().hidden);
  if (place.line != nullptr) {
    if (place.part == Part::Key || place.part == Part::Value) {
      const syntax::Clause& clause = ClauseAt(snapshot, place);
      if (place.part == Part::Value) {
        const Span value = ValueOf(snapshot, clause);
        const std::size_t colon = TextOf(snapshot, value).find(':');
        if (colon != llvm::StringRef::npos && PropertyOf(snapshot, clause)) {
          const std::uint32_t middle = value.begin + support::ToU32(colon);
          grow(place.offset <= middle ? Span{value.begin, middle} : Span{middle + 1, value.end});
        }
        grow(value);
        grow(clause.value);
      } else {
        grow(clause.key);
      }
      grow(clause.span());
    }
    grow(place.line->comment);
    grow(place.line->statement);
    grow(Content(snapshot, *place.line));
    grow(place.line->span);
    grow(Paragraph(snapshot, *place.line));
  }
  grow({0, size});
  if (chain.empty()) chain.push_back({0, size});
  return chain;
}

}  // namespace ipec::lsp
