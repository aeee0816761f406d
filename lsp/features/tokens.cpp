#include "lsp/features/tokens.h"

#include <algorithm>

#include "compiler/check/words.h"
#include "compiler/syntax/directive.h"
#include "compiler/targets/features.h"
#include "lint/suppressions.h"
#include "lsp/features/claims.h"
#include "lsp/features/place.h"

namespace ipec::lsp {
namespace {

using support::Span;
using syntax::Clause;
using syntax::Line;

class Painter {
 public:
  explicit Painter(const Snapshot& snapshot)
      : snapshot_(snapshot), document_(snapshot.document()) {}

  std::vector<SemanticToken> Paint(Span range) {
    const auto& lines = document_.lines;
    auto line = std::partition_point(lines.begin(), lines.end(),
                                     [&](const Line& one) { return one.span.end <= range.begin; });
    for (; line != lines.end() && line->span.begin <= range.end; ++line) PaintLine(*line);
    const Span hidden = document_.hidden;
    if (!hidden.empty() && range.end >= hidden.begin) {
      Add(hidden, TokenType::Comment, {TokenModifier::Deprecated});
    }
    return std::move(tokens_);
  }

 private:
  llvm::StringRef Text(Span span) const { return document_.Text(span); }

  // Never over a line end.
  void Add(Span span, TokenType type, TokenModifiers modifiers = {}) {
    std::uint32_t begin = span.begin;
    for (std::uint32_t at = span.begin; at < span.end; ++at) {
      const char c = document_.text[at];
      if (c != '\n' && c != '\r') continue;
      if (at > begin) tokens_.push_back({{begin, at}, type, modifiers});
      begin = at + 1;
    }
    if (span.end > begin) tokens_.push_back({{begin, span.end}, type, modifiers});
  }

  void PaintLine(const Line& line) {
    for (const Clause& clause : document_.ClausesOf(line)) PaintClause(line, clause);
    if (!line.comment.empty()) PaintComment(line);
  }

  void PaintClause(const Line& line, const Clause& clause) {
    const llvm::StringRef key = Text(clause.key);
    const bool header = line.kind == syntax::LineKind::Header;
    const bool name = header && key == "policy_name";
    const bool version = header && key == "policy_version";
    const auto property = check::ReadProperty(key);
    const bool claim = clause.span() == ClaimWordIn(snapshot_, line);
    if (claim || name || version || key == "op" || key == "action" ||
        (key == "DEFAULT" && !clause.has_equals)) {
      Add(clause.key, TokenType::Keyword);
    } else if (property) {
      Add(clause.key, TokenType::Property);
    }
    if (!clause.has_equals) return;
    Add({clause.key.end, clause.key.end + 1}, TokenType::Operator);
    const Span value = ValueOf(snapshot_, clause);
    const llvm::StringRef text = Text(value);
    if (name) {
      Add(value, TokenType::Namespace, {TokenModifier::Declaration});
    } else if (version) {
      if (check::ReadVersion(text).problem == check::VersionProblem::None) {
        Add(value, TokenType::Number);
      }
    } else if (key == "op") {
      if ((snapshot_.claims && text == "*") ||
          check::ReadAlias(snapshot_.target(), text) != nullptr ||
          check::ReadOperation(snapshot_.target(), text)) {
        Add(value, TokenType::Class);
      }
    } else if (key == "action") {
      if (const auto action = check::ReadAction(text)) {
        Add(value, TokenType::EnumMember,
            {*action == policy::Action::Allow ? TokenModifier::Allow : TokenModifier::Deny});
      }
    } else if (property && runtime::Kind(*property) == runtime::PropertyKind::Boolean) {
      if (check::ReadBoolean(text)) Add(value, TokenType::EnumMember);
    } else if (property) {
      PaintDigest(value);
    }
  }

  void PaintDigest(Span value) {
    const bool bare = snapshot_.target().Has(targets::Feature::BareDigests);
    const check::DigestWord digest = check::ReadDigest(Text(value), bare, bytes_);
    if (digest.problem != check::DigestProblem::None) return;
    const std::uint32_t begin = value.end - support::ToU32(digest.digits.size());
    if (!bare) {
      Add({value.begin, begin - 1}, TokenType::Type);
      Add({begin - 1, begin}, TokenType::Operator);
    }
    Add({begin, value.end}, TokenType::Number);
  }

  // Highlights the names in a suppression.
  void PaintComment(const Line& line) {
    std::uint32_t at = line.comment.begin;
    if (!snapshot_.claims && syntax::ReadDirective(Text(line.comment))) {
      ReadSuppressions();
      const auto list = suppressions_->list();
      const auto found = std::lower_bound(list.begin(), list.end(), line.comment.begin,
                                          [](const lint::Suppression& one, std::uint32_t begin) {
                                            return one.where.begin < begin;
                                          });
      if (found != list.end() && found->where.begin == line.comment.begin) {
        for (const Span name : found->name_spans) {
          Add({at, name.begin}, TokenType::Comment);
          Add(name, TokenType::Decorator);
          at = name.end;
        }
      }
    }
    Add({at, line.comment.end}, TokenType::Comment);
  }

  void ReadSuppressions() {
    if (suppressions_) return;
    suppressions_.emplace(document_, snapshot_.configured->settings.today);
  }

  const Snapshot& snapshot_;
  const syntax::Document& document_;
  std::vector<SemanticToken> tokens_;
  std::vector<std::uint8_t> bytes_;
  std::optional<lint::Suppressions> suppressions_;
};

}  // namespace

std::vector<SemanticToken> TokensOf(const Snapshot& snapshot) {
  return TokensIn(snapshot, {0, snapshot.source.size()});
}

std::vector<SemanticToken> TokensIn(const Snapshot& snapshot, Span range) {
  return Painter(snapshot).Paint(range);
}

std::optional<TokenEdit> DifferenceOf(std::span<const std::uint32_t> before,
                                      std::span<const std::uint32_t> after) {
  constexpr std::size_t kGroup = 5;
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t front = 0;
  while (front < shorter && before[front] == after[front]) ++front;
  if (front == before.size() && front == after.size()) return std::nullopt;
  front -= front % kGroup;
  std::size_t back = 0;
  while (back < shorter - front &&
         before[before.size() - 1 - back] == after[after.size() - 1 - back]) {
    ++back;
  }
  back -= back % kGroup;
  return TokenEdit{support::ToU32(front), support::ToU32(before.size() - front - back),
                   after.subspan(front, after.size() - front - back)};
}

}  // namespace ipec::lsp
