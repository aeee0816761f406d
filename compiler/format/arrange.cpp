// Optional changes to pieces: grouping, sorting of properties, alignment.

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/format/layout.h"
#include "compiler/syntax/directive.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::format {
namespace {

using syntax::LineKind;

// Wider properties (usually digests) would push the actions of other rules too far right; their own
// action follows after one space.
constexpr std::size_t kWidestProperties = 60;

bool StartsWith(std::string_view word, std::string_view prefix) {
  return word.substr(0, prefix.size()) == prefix;
}

// `op=… PROPERTIES action=…`
bool IsWholeRule(const Piece& piece) {
  return piece.kind == Piece::Kind::Statement && piece.line == LineKind::Rule && !piece.fixed &&
         piece.words.size() >= 2 && StartsWith(piece.words.front(), "op=") &&
         StartsWith(piece.words.back(), "action=");
}

// `DEFAULT op=… action=…`
bool IsOperationDefault(const Piece& piece) {
  return piece.kind == Piece::Kind::Statement && piece.line == LineKind::Default && !piece.fixed &&
         piece.words.size() == 3 && StartsWith(piece.words[1], "op=") &&
         StartsWith(piece.words.back(), "action=");
}

// A statement with the comments and blank lines above it.
struct Unit {
  std::vector<Piece> pieces;
  const Piece& statement() const { return pieces.back(); }
};

void AppendUnits(std::vector<Piece>& out, std::vector<Unit>& units) {
  for (Unit& unit : units) {
    std::move(unit.pieces.begin(), unit.pieces.end(), std::back_inserter(out));
  }
}

}  // namespace

Mark MarkOf(std::string_view view) {
  const llvm::StringRef comment = view;
  const std::optional<syntax::Directive> directive = syntax::ReadDirective(comment);
  if (!directive) return Mark::None;
  if (directive->Is(syntax::DirectiveVerb::AllowBegin)) return Mark::Begin;
  return directive->Is(syntax::DirectiveVerb::AllowEnd) ? Mark::End : Mark::None;
}

std::optional<std::string_view> WhyNotGrouped(const std::vector<Piece>& pieces) {
  constexpr std::string_view kNoStatement = "it has a line that is not a statement";
  std::size_t headers = 0;
  for (const Piece& piece : pieces) {
    if (IsClaim(piece)) return "it is a file of claims";
    if (piece.kind == Piece::Kind::Verbatim || piece.fixed) return kNoStatement;
    if (MarkOf(piece.comment) != Mark::None) return "a range of suppression would be split";
    if (piece.kind != Piece::Kind::Statement) continue;
    if (piece.line == LineKind::Header) {
      if (headers++ != 0) return kNoStatement;
    } else if (headers == 0 || (piece.line == LineKind::Rule && !IsWholeRule(piece))) {
      return kNoStatement;
    }
  }
  return headers == 1 ? std::nullopt : std::optional(kNoStatement);
}

void Group(std::vector<Piece>& pieces) {
  std::vector<Unit> header(1);
  std::vector<Unit> defaults;
  std::vector<std::vector<Unit>> operations;  // in order of first mention
  std::map<std::string, std::size_t> known;
  Unit unit;
  for (Piece& piece : pieces) {
    const bool statement = piece.kind == Piece::Kind::Statement;
    unit.pieces.push_back(std::move(piece));
    if (!statement) continue;
    const Piece& taken = unit.statement();
    if (taken.line == LineKind::Header) {
      header[0] = std::move(unit);
    } else if (taken.line == LineKind::Default) {
      defaults.push_back(std::move(unit));
    } else {
      // A rejected policy may name many operations.
      const auto [found, is_new] = known.try_emplace(taken.words.front(), operations.size());
      if (is_new) {
        operations.emplace_back();
        // The first rule of the group begins a paragraph.
        unit.pieces.insert(unit.pieces.begin(), Piece());
      }
      operations[found->second].push_back(std::move(unit));
    }
    unit = Unit();
  }
  pieces.clear();
  AppendUnits(pieces, header);
  AppendUnits(pieces, defaults);
  for (std::vector<Unit>& units : operations) AppendUnits(pieces, units);
  std::move(unit.pieces.begin(), unit.pieces.end(), std::back_inserter(pieces));
}

void SortProperties(std::vector<Piece>& pieces) {
  const auto sort = [](auto begin, auto end) {
    std::stable_sort(begin, end,
                     [](std::string_view a, std::string_view b) { return KeyOf(a) < KeyOf(b); });
  };
  for (Piece& piece : pieces) {
    if (IsWholeRule(piece)) sort(piece.words.begin() + 1, piece.words.end() - 1);
    if (IsClaim(piece) && !piece.fixed) sort(piece.words.begin() + 2, piece.words.end());
  }
}

namespace {

// The words of a statement in columns: first those that have one each, then the properties, which
// share one, then the action, which a claim does not have.
struct Columns {
  std::size_t single = 0;  // 0: the statement has no columns
  std::size_t properties_end = 0;
};

Columns ColumnsOf(const Piece& piece) {
  const std::size_t size = piece.words.size();
  if (IsWholeRule(piece)) return {1, size - 1};
  if (IsOperationDefault(piece)) return {2, size - 1};
  if (IsClaim(piece) && !piece.fixed) return {2, size};
  return {};
}

// With a space after each word.
std::size_t WidthOfProperties(const Piece& piece, Columns columns) {
  std::size_t width = 0;
  for (std::size_t i = columns.single; i < columns.properties_end; ++i) {
    width += piece.words[i].size() + 1;
  }
  return width;
}

// The pieces are of one group.
void AlignGroup(std::span<Piece> group) {
  std::size_t first = 0;
  std::size_t operation = 0;
  std::size_t properties = 0;
  std::size_t action = 0;
  for (const Piece& piece : group) {
    const Columns columns = ColumnsOf(piece);
    if (columns.single == 0) continue;
    const std::size_t width = WidthOfProperties(piece, columns);
    first = std::max(first, piece.words[0].size());
    operation = std::max(operation, piece.words[columns.single - 1].size());
    if (width <= kWidestProperties) properties = std::max(properties, width);
    if (!IsClaim(piece)) action = std::max(action, piece.words.back().size());
  }
  for (Piece& piece : group) {
    const Columns columns = ColumnsOf(piece);
    if (columns.single == 0) continue;
    std::vector<std::string>& words = piece.words;
    const std::size_t width = WidthOfProperties(piece, columns);
    if (columns.single > 1) words[0].resize(first, ' ');
    const bool is_last = columns.single == words.size();
    // Nothing follows the properties of a claim but its comment.
    const bool is_followed = !IsClaim(piece) || !piece.comment.empty();
    if (!is_last || is_followed) words[columns.single - 1].resize(operation, ' ');
    if (width < properties && is_followed) {
      words[columns.properties_end - 1].append(properties - width, ' ');
    }
    if (!piece.comment.empty() && !IsClaim(piece)) words.back().resize(action, ' ');
  }
}

}  // namespace

void Align(std::vector<Piece>& pieces) {
  // A group ends at a blank line or at a line without columns; it includes comments between rules.
  const auto in_group = [&](const Piece& piece) {
    return ColumnsOf(piece).single != 0 || piece.kind == Piece::Kind::Comment;
  };
  for (auto begin = pieces.begin(); begin != pieces.end();) {
    const LineKind kind = begin->line;
    const auto end = std::find_if_not(begin, pieces.end(), [&](const Piece& piece) {
      return in_group(piece) && (piece.kind == Piece::Kind::Comment || piece.line == kind);
    });
    AlignGroup({begin, end});
    begin = end == begin ? begin + 1 : end;
  }
}

}  // namespace ipec::format
