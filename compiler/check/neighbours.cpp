#include "compiler/check/neighbours.h"

#include <algorithm>
#include <utility>

#include "compiler/check/read_alone.h"
#include "compiler/check/statement_roles.h"
#include "compiler/check/wrapped.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/support/numbers.h"
#include "compiler/targets/features.h"
#include "llvm/ADT/STLExtras.h"

namespace ipec::check {

using support::Span;
using syntax::LineKind;

bool Neighbours::AffectsNeighbours(std::size_t at, const std::string& text) {
  const Range range = Around(at);
  if (range.lines == blocks_[at].span || !MayJoin(range)) return false;
  const std::string raw = checker_.Text(blocks_[at].span).str();
  for (const bool fixed : {false, true}) {
    if (fixed && range.first == at) continue;
    if (AddsKindOfFinding(range, Write(range, at, raw, fixed), Write(range, at, text, fixed)))
      return true;
  }
  return false;
}

bool Neighbours::RemovalAffectsNeighbours(Span line) {
  const std::size_t below = support::ToSize(
      std::partition_point(blocks_.begin(), blocks_.end(),
                           [&](const Block& block) { return block.span.begin < line.begin; }) -
      blocks_.begin());
  if (below == 0 || below == blocks_.size()) return false;
  const Range range = WithName({Around(below - 1).first, Around(below).last, {}});
  if (!MayJoin(range)) return false;
  std::string before = checker_.Text(range.lines).str();
  std::string after = before;
  after.erase(line.begin - range.lines.begin, line.size());
  return AddsKindOfFinding(range, std::move(before), std::move(after));
}

// The blocks that could belong to one statement that begins or ends at number `at`.
Neighbours::Range Neighbours::Around(std::size_t at) const {
  Range range{at, at, {}};
  const auto reaches = [&](std::size_t other) {
    const std::size_t one = checker_.LineOf(blocks_[at].span.begin);
    const std::size_t two = checker_.LineOf(blocks_[other].span.begin);
    return std::max(one, two) - std::min(one, two) < kMostWrappedLines;
  };
  while (range.first > 0 && reaches(range.first - 1) && AreNeighbours(range.first - 1, range.first))
    --range.first;
  while (range.last + 1 < blocks_.size() && reaches(range.last + 1) &&
         AreNeighbours(range.last, range.last + 1)) {
    ++range.last;
  }
  return WithName(range);
}

// The RFC series accepts a name without version.
Neighbours::Range Neighbours::WithName(Range range) const {
  const auto& lines = checker_.document.lines;
  range.lines = {blocks_[range.first].span.begin, blocks_[range.last].span.end};
  std::size_t above = checker_.LineOf(range.lines.begin);
  while (above > 0 && lines[above - 1].kind == LineKind::Blank) --above;
  if (above > 0 && lines[above - 1].kind == LineKind::Header &&
      lines[above - 1].clauses.count == 1 && checker_.target.Has(targets::Feature::QuotedValues)) {
    range.lines.begin = lines[above - 1].span.begin;
  }
  return range;
}

// Whether nothing is between them but empty lines and comments.
bool Neighbours::AreNeighbours(std::size_t above, std::size_t below) const {
  const auto& lines = checker_.document.lines;
  const Span upper = blocks_[above].span;
  const Span lower = blocks_[below].span;
  if (upper.empty() || lower.empty()) return false;
  for (std::size_t i = checker_.LineOf(upper.end - 1) + 1; i < checker_.LineOf(lower.begin); ++i) {
    if (lines[i].kind != LineKind::Blank) return false;
  }
  return true;
}

// Whether one of the blocks lacks a part, and another is not a statement on its own; or the first
// one is in the place of the header.
bool Neighbours::MayJoin(Range range) const {
  // The first statement is read as a header.
  const Span top = blocks_[range.first].span;
  if (checker_.header && checker_.header->begin >= top.begin && checker_.header->begin < top.end)
    return true;
  bool has_part = range.lines.begin < top.begin;
  bool has_rest = false;
  for (std::size_t i = range.first; i <= range.last; ++i) {
    // A block with too many findings to be half of a statement may have fewer after the repair.
    const syntax::Line& line = checker_.document.lines[checker_.LineOf(blocks_[i].span.begin)];
    has_rest = has_rest || !BeginsStatement(checker_, line) || line.kind == LineKind::Header ||
               (line.kind == LineKind::Default && line.clauses.count == 1);
    has_part = has_part || line.kind == LineKind::Header;
    has_part = has_part || std::any_of(blocks_[i].findings.begin(), blocks_[i].findings.end(),
                                       [&](std::size_t finding) {
                                         return IsAboutPart(checker_.sink.list()[finding]);
                                       });
  }
  return has_part && has_rest;
}

// The text of these blocks, with `text` for number `at` and, if `fixed`, the repaired texts of
// those before it.
std::string Neighbours::Write(Range range, std::size_t at, const std::string& text,
                              bool fixed) const {
  std::string all;
  std::uint32_t from = range.lines.begin;
  for (std::size_t i = range.first; i <= range.last; ++i) {
    const Span span = blocks_[i].span;
    all += checker_.Text({from, span.begin});
    all += i == at ? text : fixed && i < at ? blocks_[i].fixed : checker_.Text(span).str();
    from = span.end;
  }
  return all;
}

bool Neighbours::AddsKindOfFinding(Range range, std::string before, std::string after) {
  const Kinds* known = KindsIn(range, std::move(before));
  const Kinds* kinds = known == nullptr ? nullptr : KindsIn(range, std::move(after));
  if (kinds == nullptr) return true;
  return std::any_of(kinds->begin(), kinds->end(), [&](const diagnostics::Descriptor* kind) {
    // Second DEFAULTs are found in the whole text.
    return kind != &diag::DuplicateDefault.descriptor && !llvm::is_contained(*known, kind);
  });
}

// Null if that would take too long. The pointer stays valid.
const Neighbours::Kinds* Neighbours::KindsIn(Range range, std::string text) {
  auto& read = IsBelowHeader(checker_, range.lines) ? below_header_ : at_top_;
  const auto found = read.find(text);
  if (found != read.end()) return &found->second;
  if (left_ < text.size()) return nullptr;
  left_ -= text.size();
  Kinds kinds;
  for (const diagnostics::Diagnostic& finding : ReadAlone(checker_, range.lines, text).findings) {
    if (!llvm::is_contained(kinds, finding.descriptor)) kinds.push_back(finding.descriptor);
  }
  return &read.try_emplace(std::move(text), std::move(kinds)).first->second;
}

}  // namespace ipec::check
