#include "lsp/features/action_edits.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "compiler/check/words.h"
#include "compiler/syntax/directive.h"
#include "lint/statements.h"
#include "lint/suppressions.h"

namespace ipec::lsp {
namespace {

using policy::Operation;
using support::Span;
using syntax::Line;
using syntax::LineKind;

// The line end for new lines near `line`.
std::string NewLine(const Snapshot& snapshot, const Line* line) {
  const auto& lines = snapshot.document().lines;
  if (lines.empty()) return "\n";
  return lint::NewLineFor(snapshot.document(), line != nullptr ? *line : lines.front());
}

std::string Comment(syntax::DirectiveVerb verb, std::string_view rule) {
  return syntax::WriteDirective(verb, rule, lint::kReasonToCome);
}

// After the last name of a comment `allow(…)` that already applies to `line`, on it or directly
// above it.
std::optional<std::uint32_t> RoomForName(const Snapshot& snapshot, const Line& line) {
  const auto& lines = snapshot.document().lines;
  const Line* above = &line == lines.data() ? nullptr : &line - 1;
  for (const lint::Suppression& one : snapshot.lint().suppressions()) {
    const bool here = one.line == line.span && !one.alone;
    const bool just_above = above != nullptr && one.line == above->span && one.alone;
    if ((!here && !just_above) || one.names.empty() || one.expired) continue;
    // Not allow-file, allow-begin or allow-end.
    const auto directive = syntax::ReadDirective(TextOf(snapshot, one.where));
    if (directive->Is(syntax::DirectiveVerb::Allow)) return one.name_spans.back().end;
  }
  return std::nullopt;
}

// Statements on new lines below `line`; without a line, at the top of the text.
TextEdits Below(const Snapshot& snapshot, const Line* line,
                const std::vector<std::string>& statements) {
  const std::string end = NewLine(snapshot, line);
  std::string text;
  for (const std::string& statement : statements) text += statement + end;
  std::uint32_t at = 0;
  if (line != nullptr) {
    at = line->span.end;
    if (lint::EndOf(snapshot.document(), *line).empty()) text = end + text;
  }
  TextEdits edits;
  edits.push_back({{at, at}, std::move(text)});
  return edits;
}

// Of a statement that was understood.
policy::Action ActionOf(const Snapshot& snapshot, Span statement) {
  const policy::Policy& policy = snapshot.policy();
  const policy::RuleIds rules = policy.RulesAt(statement.begin);
  if (!rules.empty()) return policy[rules.front()].action;
  return policy.DefaultOf(DefaultsAt(snapshot, statement).operations[0])->action;
}

// The last DEFAULT, or else the header.
const Line* LastDefault(const Snapshot& snapshot) {
  const Line* header = nullptr;
  const Line* last = nullptr;
  for (const Line& line : snapshot.document().lines) {
    if (line.kind == LineKind::Header && header == nullptr) header = &line;
    if (line.kind == LineKind::Default) last = &line;
  }
  return last != nullptr ? last : header;
}

}  // namespace

TextEdits SuppressHere(const Snapshot& snapshot, std::uint32_t offset, std::string_view rule) {
  const Line* line = LineAt(snapshot, offset);
  if (line == nullptr) return {};
  if (const auto place = RoomForName(snapshot, *line)) {
    TextEdits edits;
    edits.push_back({{*place, *place}, ", " + std::string(rule)});
    return edits;
  }
  const llvm::StringRef indent =
      TextOf(snapshot, line->span).take_while([](char c) { return c == ' ' || c == '\t'; });
  TextEdits edits;
  edits.push_back(
      {{line->span.begin, line->span.begin},
       indent.str() + Comment(syntax::DirectiveVerb::Allow, rule) + NewLine(snapshot, line)});
  return edits;
}

bool HasSuppression(const Snapshot& snapshot, std::uint32_t offset, const lint::Rule& rule) {
  const Line* const line = LineAt(snapshot, offset);
  const auto& lines = snapshot.document().lines;
  const Line* const above = line == nullptr || line == lines.data() ? nullptr : line - 1;
  const auto& list = snapshot.lint().suppressions();
  return std::any_of(list.begin(), list.end(), [&](const lint::Suppression& one) {
    const bool names_it =
        std::any_of(one.names.begin(), one.names.end(),
                    [&](const std::string& name) { return lint::FindRule(name) == &rule; });
    if (!names_it) return false;
    const auto directive = syntax::ReadDirective(TextOf(snapshot, one.where));
    if (directive->Is(syntax::DirectiveVerb::AllowFile)) return true;
    if (!directive->Is(syntax::DirectiveVerb::Allow) || line == nullptr) return false;
    return one.line == line->span || (above != nullptr && one.alone && one.line == above->span);
  });
}

std::optional<diagnostics::TextEdit> NextVersion(const Snapshot& snapshot) {
  for (const Line& line : snapshot.document().lines) {
    if (line.kind != LineKind::Header) continue;
    for (const syntax::Clause& clause : snapshot.document().ClausesOf(line)) {
      if (TextOf(snapshot, clause.key) != "policy_version") continue;
      const Span value = ValueOf(snapshot, clause);
      const check::VersionWord word = check::ReadVersion(TextOf(snapshot, value));
      if (word.problem != check::VersionProblem::None) return std::nullopt;
      const policy::Version& now = word.version;
      if (now.revision == UINT16_MAX) return std::nullopt;
      return diagnostics::TextEdit{
          value, fmt::format("{}.{}.{}", now.major, now.minor, now.revision + 1U)};
    }
    break;
  }
  return std::nullopt;
}

TextEdits SuppressInFile(const Snapshot& snapshot, std::string_view rule) {
  TextEdits edits;
  edits.push_back(
      {{0, 0}, Comment(syntax::DirectiveVerb::AllowFile, rule) + NewLine(snapshot, nullptr)});
  return edits;
}

const targets::Alias* AliasOn(const Snapshot& snapshot, const Line& line) {
  if (line.kind != LineKind::Rule && line.kind != LineKind::Default) return nullptr;
  // Only for a statement that was understood.
  if (snapshot.policy().RulesAt(line.statement.begin).empty() &&
      DefaultsAt(snapshot, line.statement).empty()) {
    return nullptr;
  }
  for (const syntax::Clause& clause : snapshot.document().ClausesOf(line)) {
    if (TextOf(snapshot, clause.key) != "op") continue;
    return check::ReadAlias(snapshot.target(), TextOf(snapshot, ValueOf(snapshot, clause)));
  }
  return nullptr;
}

TextEdits ExpandAliases(const Snapshot& snapshot, const std::vector<const Line*>& lines) {
  TextEdits edits;
  for (const Line* line : lines) {
    const targets::Alias* alias = AliasOn(snapshot, *line);
    if (alias == nullptr) continue;
    const policy::Action action = ActionOf(snapshot, line->statement);
    std::vector<lint::Share> shares;
    for (const Operation operation : alias->operations) shares.push_back({operation, action});
    auto written = lint::WriteOut(snapshot.document(), *line, shares);
    std::move(written.begin(), written.end(), std::back_inserter(edits));
  }
  return edits;
}

TextEdits AddGlobalDefault(const Snapshot& snapshot) {
  return Below(snapshot, LastDefault(snapshot), {"DEFAULT action=DENY"});
}

TextEdits AddOperationDefaults(const Snapshot& snapshot) {
  const auto& global = snapshot.policy().global_default;
  const std::string_view action = Name(global ? global->action : policy::Action::Deny);
  std::vector<std::string> statements;
  for (const Operation operation : snapshot.policy().OperationsWithoutDefault()) {
    statements.push_back(fmt::format("DEFAULT op={} action={}", Name(operation), action));
  }
  if (statements.empty()) return {};
  return Below(snapshot, LastDefault(snapshot), statements);
}

}  // namespace ipec::lsp
