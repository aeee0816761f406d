#include "compiler/diagnostics/source_excerpt.h"

#include <algorithm>

#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "llvm/Support/Unicode.h"

namespace ipec::diagnostics {
namespace {

using support::ContinuesCharacter;

// Lines up to this many bytes are shown whole; of longer ones, about this much around the span.
constexpr std::uint32_t kWhole = 160;
constexpr std::uint32_t kBefore = 48;
constexpr std::uint32_t kTab = 8;
constexpr std::string_view kEllipsis = "…";

std::size_t WidthOf(llvm::StringRef shown) {
  const int width = llvm::sys::unicode::columnWidthUTF8(shown);
  return width < 0 ? shown.size() : support::ToSize(width);
}

// The part of a long line to show.
support::Span WindowOf(llvm::StringRef text, support::Span line, support::Span span) {
  support::Span window = line;
  if (line.size() <= kWhole) return window;
  window.begin = span.begin - std::min(span.begin - line.begin, kBefore);
  window.end = window.begin + std::min(line.end - window.begin, kWhole);
  window.begin = window.end - std::min(window.end - line.begin, kWhole);
  for (int i = 0; i < 3 && window.begin > line.begin && ContinuesCharacter(text[window.begin]);
       ++i) {
    --window.begin;
  }
  for (int i = 0; i < 3 && window.end < line.end && ContinuesCharacter(text[window.end]); ++i) {
    ++window.end;
  }
  return window;
}

}  // namespace

Excerpt ExcerptOf(std::string_view view, support::Span line, support::Span span) {
  const llvm::StringRef text = view;
  span.begin = std::clamp(span.begin, line.begin, line.end);
  span.end = std::clamp(span.end, span.begin, line.end);
  const support::Span window = WindowOf(text, line, span);

  Excerpt excerpt;
  std::size_t column = 0;
  if (window.begin > line.begin) {
    excerpt.text = kEllipsis;
    column = 1;
  }
  excerpt.column = column;
  std::size_t end_column = column;
  std::uint32_t at = window.begin;
  while (at < window.end) {
    if (at <= span.begin) excerpt.column = column;
    const std::uint32_t length = support::CharacterLength(text.take_front(window.end), at);
    if (text[at] == '\t') {
      const std::size_t spaces = kTab - column % kTab;
      excerpt.text.append(spaces, ' ');
      column += spaces;
    } else {
      const std::string shown = support::Printable(text.substr(at, length));
      excerpt.text += shown;
      column += WidthOf(shown);
    }
    at += length;
    if (at <= span.end) end_column = column;
  }
  if (at <= span.begin) excerpt.column = column;
  if (window.end < line.end) excerpt.text += kEllipsis;
  excerpt.width = end_column > excerpt.column ? end_column - excerpt.column : 1;
  return excerpt;
}

}  // namespace ipec::diagnostics
