#pragma once

// The code actions at a place: listed cheaply, computed when chosen.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

enum class ActionKind : std::uint8_t {
  QuickFix,  // fixes a finding
  Rewrite,   // keeps the meaning, or adds to it
  FixAll,    // `source.fixAll.ipec`
};

struct CodeAction {
  std::string title;  // mentions that decisions or records change
  ActionKind kind = ActionKind::QuickFix;
  bool safe = false;                   // proved to keep every decision and record
  bool preferred = false;              // the obvious action for its finding
  std::optional<std::size_t> finding;  // an index into Snapshot::findings()
  std::string id;                      // for ResolveAction, with a snapshot of the same text
};

// The actions for `range`, fixes first; `source.fixAll.ipec` applies to the whole text.
std::vector<CodeAction> ActionsIn(const Snapshot& snapshot, support::Span range);

// The edits of an action, in order and not overlapping; none for an unknown id. Single fixes are
// applied as the linter made them; all safe fixes together are applied and proved as by `ipec lint
// --fix`.
std::vector<diagnostics::TextEdit> ResolveAction(const Snapshot& snapshot, std::string_view id);

}  // namespace ipec::lsp
