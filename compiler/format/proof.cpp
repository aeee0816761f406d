// The proof that a layout lost nothing: both documents as lists of statements with their comments.

#include <algorithm>
#include <iterator>
#include <optional>

#include "compiler/format/layout.h"

namespace ipec::format {
namespace {

using syntax::Clause;
using syntax::Document;
using syntax::Line;
using syntax::LineKind;

struct Statement {
  std::vector<std::string> comments;  // above it
  LineKind kind = LineKind::Blank;
  bool open_quote = false;
  std::vector<std::string> words;
  std::string comment;
  friend bool operator==(const Statement&, const Statement&) = default;
};

std::string CommentOf(const Document& document, const Line& line) {
  return document.Text(line.comment).rtrim(" \t\r").str();
}

std::vector<Statement> StatementsOf(const Document& document, const Style& style) {
  std::vector<Statement> statements(1);
  for (const Line& line : document.lines) {
    Statement& next = statements.back();
    if (line.kind == LineKind::Blank && !line.open_quote) {
      if (!line.comment.empty()) next.comments.push_back(CommentOf(document, line));
      continue;
    }
    next.kind = line.kind;
    next.open_quote = line.open_quote;
    for (const Clause& clause : document.ClausesOf(line)) {
      next.words.push_back(WordOf(document, clause));
    }
    const bool is_rule = line.kind == LineKind::Rule;
    const bool is_claim = style.claims && line.kind == LineKind::Other;
    if (style.sort_properties && (is_rule || is_claim) && next.words.size() > 2) {
      std::stable_sort(next.words.begin() + (is_rule ? 1 : 2), next.words.end() - (is_rule ? 1 : 0),
                       [](std::string_view a, std::string_view b) { return KeyOf(a) < KeyOf(b); });
    }
    next.comment = CommentOf(document, line);
    statements.emplace_back();
  }
  if (!style.group) return statements;
  // Only the order within one operation matters; comments after the last statement stay there.
  std::stable_sort(statements.begin(), statements.end() - 1,
                   [](const Statement& a, const Statement& b) {
                     if (a.kind != b.kind) return a.kind < b.kind;
                     return a.kind == LineKind::Rule && a.words[0] < b.words[0];
                   });
  return statements;
}

}  // namespace

std::optional<std::string_view> WhatChanged(const Document& before, const Document& after,
                                            const Style& style) {
  if (before.Text(before.hidden) != after.Text(after.hidden)) {
    return "the text after the NUL byte would change";
  }
  const std::vector<Statement> old_ones = StatementsOf(before, style);
  const std::vector<Statement> new_ones = StatementsOf(after, style);
  if (old_ones.size() != new_ones.size()) return "the number of statements would change";
  for (std::size_t i = 0; i < old_ones.size(); ++i) {
    if (old_ones[i].words != new_ones[i].words) return "a statement would change";
    if (old_ones[i] != new_ones[i]) return "a comment would change or move to another statement";
  }
  return std::nullopt;
}

}  // namespace ipec::format
