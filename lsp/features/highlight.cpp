#include "lsp/features/highlight.h"

#include <algorithm>

#include "lint/suppressions.h"
#include "lsp/features/digests.h"

namespace ipec::lsp {
namespace {

using support::Span;
using syntax::Clause;

std::vector<Span> SameRuleName(const Snapshot& snapshot, std::uint32_t offset) {
  const lint::Suppressions read(snapshot.document(), snapshot.configured->settings.today);
  const auto each = [&](auto visit) {
    for (const lint::Suppression& one : read.list()) {
      for (std::size_t i = 0; i < one.names.size(); ++i) visit(one.names[i], one.name_spans[i]);
    }
  };
  std::string_view name;
  each([&](const std::string& written, Span span) {
    if (span.begin <= offset && offset <= span.end) name = written;
  });
  std::vector<Span> same;
  if (name.empty()) return same;
  const lint::Rule* rule = lint::FindRule(name);
  each([&](const std::string& written, Span span) {
    if (rule == nullptr ? written == name : lint::FindRule(written) == rule) same.push_back(span);
  });
  return same;
}

// Those that belong to the text at a place, which may be a quote beside one of them.
std::vector<Span> Same(const Snapshot& snapshot, const Place& place) {
  if (place.part == Part::Comment) return SameRuleName(snapshot, place.offset);
  if (place.part != Part::Key && place.part != Part::Value) return {};
  if (place.part == Part::Value) {
    if (const auto digest = DigestAt(snapshot, place)) return UsesOf(snapshot, *digest);
  }
  // Otherwise, the same text in the same role.
  const Clause& clause = ClauseAt(snapshot, place);
  const llvm::StringRef key = TextOf(snapshot, clause.key);
  const bool by_value = place.part == Part::Value;
  const llvm::StringRef value = TextOf(snapshot, ValueOf(snapshot, clause));
  if (by_value ? value.empty() : key.empty()) return {};
  std::vector<Span> same;
  for (const Clause& other : snapshot.document().clauses) {
    if (TextOf(snapshot, other.key) != key || other.has_equals != clause.has_equals) continue;
    if (!by_value) {
      same.push_back(other.key);
    } else if (const Span span = ValueOf(snapshot, other); TextOf(snapshot, span) == value) {
      same.push_back(span);
    }
  }
  return same;
}

}  // namespace

std::vector<Span> HighlightsAt(const Snapshot& snapshot, std::uint32_t offset) {
  const Place place = PlaceAt(snapshot, offset);
  std::vector<Span> same = Same(snapshot, place);
  const bool has_place = std::any_of(same.begin(), same.end(), [&](Span span) {
    return span.begin <= place.offset && place.offset <= span.end;
  });
  if (!has_place) same.clear();
  return same;
}

}  // namespace ipec::lsp
