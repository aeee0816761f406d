#pragma once

// What can be done to a place by itself: listed cheaply, made when it is chosen.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

enum class ActionKind : std::uint8_t {
  QuickFix,  // mends a finding
  Rewrite,   // says the same, or more, in other words
  FixAll,    // `source.fixAll.ipec`
};

struct CodeAction {
  std::string title;  // says so when decisions or records change
  ActionKind kind = ActionKind::QuickFix;
  bool safe = false;                   // proved to keep every decision and record
  bool preferred = false;              // the obvious one of its finding
  std::optional<std::size_t> finding;  // an index into Snapshot::findings()
  std::string id;                      // for ResolveAction, with a snapshot of the same text
};

// Those for what `range` touches, fixes first; `source.fixAll.ipec` is for the whole text.
std::vector<CodeAction> ActionsIn(const Snapshot& snapshot, support::Span range);

// The edits of an action, in order and apart from each other; none for an id that is none. Fixes
// are as the linter made them; all safe fixes together are applied and proved as `ipec lint --fix`
// does.
std::vector<diagnostics::TextEdit> ResolveAction(const Snapshot& snapshot, std::string_view id);

}  // namespace ipec::lsp
