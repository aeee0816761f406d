#include "lsp/features/place.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/words.h"
#include "compiler/support/errno.h"
#include "compiler/support/streams.h"

namespace ipec::lsp {

using support::Span;
using syntax::Clause;
using syntax::Line;

const Line* LineAt(const Snapshot& snapshot, std::uint32_t offset) {
  const Line* found = snapshot.document().LineAt(offset);
  if (found == nullptr) return nullptr;
  const Line& line = *found;
  if (offset < line.span.end) return &line;
  // After the last line: on it, unless it has a line end.
  if (offset > line.span.end || line.span.empty()) return nullptr;
  const char last = snapshot.document().text[line.span.end - 1];
  const bool ended =
      last == '\n' || (last == '\r' && snapshot.document().lexis == syntax::Lexis::Plain);
  return ended ? nullptr : &line;
}

Place PlaceAt(const Snapshot& snapshot, std::uint32_t offset, Side side) {
  const syntax::Document& document = snapshot.document();
  Place place;
  place.offset = std::min(offset, support::ToU32(document.text.size()));
  if (place.offset > document.hidden.begin ||
      (place.offset == document.hidden.begin && !document.hidden.empty() && side == Side::Begins)) {
    place.part = Part::Hidden;
    return place;
  }
  place.line = LineAt(snapshot, place.offset);
  if (place.line == nullptr) return place;
  const Line& line = *place.line;
  const bool in_comment =
      side == Side::Begins ? place.offset >= line.comment.begin : place.offset > line.comment.begin;
  if (!line.comment.empty() && in_comment && place.offset <= line.comment.end) {
    place.part = Part::Comment;
    return place;
  }
  const auto clauses = document.ClausesOf(line);
  // The first clause that does not end before the offset.
  const auto found = std::lower_bound(
      clauses.begin(), clauses.end(), place.offset,
      [](const Clause& clause, std::uint32_t at) { return clause.value.end < at; });
  if (found == clauses.end() || place.offset < found->key.begin) return place;
  place.clause = support::ToSize(found - clauses.begin());
  place.part = found->has_equals && place.offset > found->key.end ? Part::Value : Part::Key;
  return place;
}

std::span<const Clause> ClausesOf(const Snapshot& snapshot, const Place& place) {
  if (place.line == nullptr) return {};
  return snapshot.document().ClausesOf(*place.line);
}

const Clause& ClauseAt(const Snapshot& snapshot, const Place& place) {
  return ClausesOf(snapshot, place)[place.clause];
}

Span ValueOf(const Snapshot& snapshot, const Clause& clause) {
  const Span value = clause.value;
  if (snapshot.document().lexis != syntax::Lexis::Quoted || value.size() < 2) return value;
  const llvm::StringRef text = snapshot.document().Text(value);
  if ((text[0] != '"' && text[0] != '\'') || text.back() != text[0]) return value;
  return {value.begin + 1, value.end - 1};
}

llvm::StringRef TextOf(const Snapshot& snapshot, Span span) {
  return snapshot.document().Text(span);
}

std::string_view ViewOf(const Snapshot& snapshot, Span span) {
  const llvm::StringRef text = TextOf(snapshot, span);
  return {text.data(), text.size()};
}

Defaults DefaultsAt(const Snapshot& snapshot, Span statement) {
  const policy::Policy& policy = snapshot.policy();
  Defaults defaults;
  if (statement.empty()) return defaults;
  const auto is_here = [&](const std::optional<policy::Default>& one) {
    return one && one->statement == statement;
  };
  defaults.global = is_here(policy.global_default);
  for (const policy::Operation operation : policy.semantics.operations) {
    if (is_here(policy.DefaultOf(operation))) defaults.operations.push_back(operation);
  }
  return defaults;
}

std::vector<policy::Operation> OperationsOf(const Snapshot& snapshot, std::string_view word) {
  if (const targets::Alias* alias = check::ReadAlias(snapshot.target(), word)) {
    return {alias->operations.begin(), alias->operations.end()};
  }
  if (const auto operation = check::ReadOperation(snapshot.target(), word)) return {*operation};
  return {};
}

std::optional<policy::Property> PropertyOf(const Snapshot& snapshot, const Clause& clause) {
  return check::ReadProperty(TextOf(snapshot, clause.key));
}

std::optional<Span> StatementOnLine(const Snapshot& snapshot, std::uint32_t number) {
  const std::vector<Line>& lines = snapshot.document().lines;
  const auto found =
      std::lower_bound(lines.begin(), lines.end(), number,
                       [](const Line& line, std::uint32_t wanted) { return line.number < wanted; });
  if (found == lines.end() || found->number != number) return std::nullopt;
  return found->statement;
}

llvm::Error RejectionOf(const Snapshot& snapshot) {
  if (snapshot.claims) return support::ErrorOf("a file of claims is not a policy");
  const auto& error = snapshot.first().error();
  if (!error) return llvm::Error::success();
  return support::ErrorOf(
      fmt::format("{} rejects this policy with {}", snapshot.target().name, support::Name(*error)));
}

}  // namespace ipec::lsp
