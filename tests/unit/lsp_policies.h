#pragma once

// Small open policies for tests of lsp/features. A `|` in a text marks the cursor and is removed.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/edits.h"
#include "lsp/snapshot.h"

namespace ipec::lsp::tests {

struct Opened {
  SnapshotPtr snapshot;
  std::uint32_t cursor = 0;  // of the first `|`, or the end of the text

  const Snapshot& operator*() const { return *snapshot; }
  const Snapshot* operator->() const { return snapshot.get(); }
  std::string Text(support::Span span) const { return snapshot->source.text(span).str(); }
};

// `select`: the lint rules that are on; empty: the default ones.
inline std::shared_ptr<const Configured> ConfiguredFor(const std::vector<std::string>& targets,
                                                       const std::vector<std::string>& select) {
  Configured configured;
  lint::Overrides overrides;
  overrides.select = select;
  configured.settings = llvm::cantFail(lint::Resolve({}, overrides, "2026-01-01"));
  for (const std::string& name : targets) configured.targets.push_back(targets::FindTarget(name));
  return std::make_shared<const Configured>(std::move(configured));
}

inline Opened OpenExactly(std::string text, const std::string& target = "linux-6.12",
                          const std::vector<std::string>& select = {}) {
  return {MakeSnapshot("file:///policies/device.pol", "/policies/device.pol", 1, std::move(text),
                       ConfiguredFor({target}, select)),
          0};
}

inline Opened Open(std::string text, const std::string& target = "linux-6.12",
                   const std::vector<std::string>& select = {}) {
  const std::size_t cursor = text.find('|');
  if (cursor != std::string::npos) text.erase(cursor, 1);
  const auto at = static_cast<std::uint32_t>(cursor == std::string::npos ? text.size() : cursor);
  Opened opened = OpenExactly(std::move(text), target, select);
  opened.cursor = at;
  return opened;
}

// The text with the edits applied.
inline std::string Edited(const Opened& opened, const std::vector<diagnostics::TextEdit>& edits) {
  return diagnostics::Apply(opened->source.text(), edits);
}

inline std::string Digest(char digit, std::size_t digits = 64) {
  return std::string(digits, digit);
}

using List = std::vector<std::string>;

inline List Texts(const Opened& opened, const std::vector<support::Span>& spans) {
  List texts;
  for (const support::Span span : spans) texts.push_back(opened.Text(span));
  return texts;
}

inline const std::string kHeader = "policy_name=device policy_version=1.2.3\n";
// Rules that decide some, none and all of their events.
inline const std::string kRules =
    kHeader +
    "DEFAULT action=DENY\n"
    "DEFAULT op=KMODULE action=ALLOW\n"
    "op=EXECUTE boot_verified=TRUE action=ALLOW\n"
    "op=EXECUTE boot_verified=TRUE fsverity_signature=TRUE action=DENY\n"
    "op=KMODULE action=DENY # ipec: allow(catch-all-hides-default) meant\n"
    "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n";

}  // namespace ipec::lsp::tests
