#include "lint/moves.h"

#include <algorithm>

#include "compiler/format/format.h"
#include "lint/statements.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

using format::Mark;
using syntax::Line;
using syntax::LineKind;

Mark MarkOn(const Context& context, const Line& line) {
  return format::MarkOf(context.document.Text(line.comment));
}

// The first of the lines without a statement above `line` whose marks all satisfy `passes`.
template <typename Passes>
const Line* Above(const Context& context, const Line* line, Passes passes) {
  const Line* const first = context.document.lines.data();
  while (line != first && (line - 1)->kind == LineKind::Blank &&
         passes(MarkOn(context, *(line - 1)))) {
    --line;
  }
  return line;
}

const Line* SkipEmpty(const Line* line, const Line* last) {
  while (line != last && IsEmpty(*line)) ++line;
  return line;
}

}  // namespace

Mover::Mover(const Context& context) : context_(context) {
  std::ptrdiff_t depth = 0;
  for (const Line& line : context.document.lines) {
    const Mark mark = MarkOn(context, line);
    if (mark == Mark::None) continue;
    turns_.push_back({&line, depth, 0});
    depth += mark == Mark::Begin ? 1 : -1;
  }
  turns_.push_back({context.document.lines.data() + context.document.lines.size(), depth, 0});
  std::vector<std::size_t> waiting;  // for the turn with fewer open ranges, the deepest last
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    while (!waiting.empty() && turns_[waiting.back()].depth > turns_[i].depth) {
      turns_[waiting.back()].falls = i;
      waiting.pop_back();
    }
    waiting.push_back(i);
  }
  for (const std::size_t i : waiting) turns_[i].falls = turns_.size();
}

bool Mover::IsBalanced(const Line* begin, const Line* end) const {
  const auto turn_at = [&](const Line* line) {
    return std::partition_point(turns_.begin(), turns_.end() - 1,
                                [&](const Turn& turn) { return turn.line < line; });
  };
  const auto first = turn_at(begin);
  const auto last = turn_at(end);
  return first >= last ||
         (first->depth == last->depth && first->falls > support::ToSize(last - turns_.begin()));
}

const Line* Mover::PlaceAbove(const Line* other) {
  const auto [place, is_new] = places_.try_emplace(other, other);
  // Not above a comment that ends a range: that would be inside the range.
  if (is_new) {
    place->second = Above(context_, other, [](Mark mark) { return mark != Mark::End; });
  }
  return place->second;
}

std::vector<diagnostics::TextEdit> Mover::MoveInFront(Span moved_statement, Span other_statement,
                                                      Placement placement) {
  const Line* const moved = &context_.DocumentLineAt(moved_statement.begin);
  const Line* const other = &context_.DocumentLineAt(other_statement.begin);
  const Line* place = PlaceAbove(other);
  const Line* begin =
      SkipEmpty(Above(context_, moved, [](Mark mark) { return mark == Mark::None; }), moved);
  if (MarkOn(context_, *moved) != Mark::None || !IsBalanced(place, begin)) return {};
  if (placement == Placement::AboveComments) place = SkipEmpty(place, other);

  const syntax::Document& document = context_.document;
  std::string text = context_.source.text({begin->span.begin, moved->span.end}).str();
  if (EndOf(document, *moved).empty()) text += NewLineFor(document, *(moved - 1));
  // Of the empty lines above and below the moved lines, keeps those below.
  const Line* behind = moved + 1;
  const bool to_the_end = behind == document.lines.data() + document.lines.size();
  while ((to_the_end || IsEmpty(*behind)) && begin > place && IsEmpty(*(begin - 1))) --begin;
  std::vector<diagnostics::TextEdit> edits =
      context_.Replace({place->span.begin, place->span.begin}, std::move(text));
  edits.push_back({{begin->span.begin, moved->span.end}, {}});
  return edits;
}

}  // namespace ipec::lint
