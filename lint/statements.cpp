#include "lint/statements.h"

#include <fmt/format.h>

#include "compiler/syntax/directive.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

using diagnostics::TextEdit;
using syntax::Clause;
using syntax::Document;
using syntax::Line;
using syntax::LineKind;

bool IsComment(const Line& line) {
  return line.kind == LineKind::Blank && !line.comment.empty();
}

// Null at both ends of the document.
const Line* Above(const Document& document, const Line& line) {
  return &line == document.lines.data() ? nullptr : &line - 1;
}
const Line* Below(const Document& document, const Line& line) {
  const Line* const next = &line + 1;
  return next == document.lines.data() + document.lines.size() ? nullptr : next;
}

const Clause* FindClause(const Document& document, const Line& line, std::string_view key) {
  for (const Clause& clause : document.ClausesOf(line)) {
    if (document.Text(clause.key) == llvm::StringRef(key.data(), key.size())) return &clause;
  }
  return nullptr;
}

}  // namespace

bool IsEmpty(const Line& line) {
  return line.kind == LineKind::Blank && line.comment.empty();
}

llvm::StringRef EndOf(const Document& document, const Line& line) {
  const llvm::StringRef text = document.Text(line.span);
  if (text.endswith("\r\n")) return text.take_back(2);
  if (text.endswith("\n")) return text.take_back(1);
  const bool plain = document.lexis == syntax::Lexis::Plain;
  return plain && text.endswith("\r") ? text.take_back(1) : llvm::StringRef();
}

std::string NewLineFor(const Document& document, const Line& line) {
  llvm::StringRef end = EndOf(document, line);
  if (end.empty()) end = EndOf(document, document.lines.front());
  return end.empty() ? "\n" : end.str();
}

bool IsSuppressedBeside(const Document& document, const Line& line) {
  if (line.kind == LineKind::Blank || line.comment.empty()) return false;
  const auto directive = syntax::ReadDirective(document.Text(line.comment));
  return directive && directive->Is(syntax::DirectiveVerb::Allow);
}

std::vector<TextEdit> RemoveStatement(const Document& document, const Line& line) {
  const llvm::StringRef end = EndOf(document, line);
  const std::uint32_t text_end = line.span.end - support::ToU32(end.size());
  const Line* const above = Above(document, line);
  const Line* const below = Below(document, line);
  std::vector<TextEdit> edits;
  if (!line.comment.empty() && !IsSuppressedBeside(document, line)) {
    edits.push_back({{line.statement.begin, line.comment.begin}, {}});
    if (below != nullptr && !IsEmpty(*below)) {
      edits.push_back({{text_end, line.span.end}, end.str() + end.str()});
    }
  } else if (above != nullptr && below != nullptr && IsComment(*above) && IsComment(*below)) {
    edits.push_back({{line.span.begin, text_end}, {}});
  } else {
    edits.push_back({line.span, {}});
  }
  return edits;
}

std::vector<TextEdit> WriteOut(const Document& document, const Line& line,
                               std::span<const Share> shares) {
  const Clause* const word = FindClause(document, line, "op");
  const Clause* const action = FindClause(document, line, "action");
  if (word == nullptr || action == nullptr || shares.empty()) return {};
  const auto text = [&](std::uint32_t begin, std::uint32_t end) {
    return document.Text({begin, end}).str();
  };
  // In quotes if the alias is.
  const std::string written = text(word->value.begin, word->value.end);
  const bool quoted = written.starts_with('"') || written.starts_with('\'');
  const std::string quote = quoted ? written.substr(0, 1) : std::string();
  const auto name = [&](const Share& share) {
    return quote + std::string(Name(share.operation)) + quote;
  };
  const auto wording = [&](const Share& share) {
    return text(line.span.begin, word->value.begin) + name(share) +
           text(word->value.end, action->value.begin) + std::string(Name(share.action)) +
           text(action->value.end, line.statement.end);
  };
  std::vector<TextEdit> edits;
  edits.push_back({word->value, name(shares[0])});
  if (text(action->value.begin, action->value.end) != Name(shares[0].action)) {
    edits.push_back({action->value, std::string(Name(shares[0].action))});
  }
  if (shares.size() == 1) return edits;
  const bool ended = !EndOf(document, line).empty();
  const std::string end = NewLineFor(document, line);
  std::string more;
  for (const Share& share : shares.subspan(1)) {
    more += ended ? wording(share) + end : end + wording(share);
  }
  edits.push_back({{line.span.end, line.span.end}, std::move(more)});
  return edits;
}

std::vector<TextEdit> InsertBelow(const Document& document, const Line& line,
                                  std::string_view statement) {
  const std::string end = NewLineFor(document, line);
  const bool ended = !EndOf(document, line).empty();
  std::vector<TextEdit> edits;
  edits.push_back(
      {{line.span.end, line.span.end},
       ended ? fmt::format("{}{}", statement, end) : fmt::format("{}{}", end, statement)});
  return edits;
}

}  // namespace ipec::lint
