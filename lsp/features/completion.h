#pragma once

// Completion at a place: the words that the target knows for its slot, and no others.

#include <cstdint>
#include <string>
#include <vector>

#include "llvm/ADT/STLFunctionalExtras.h"
#include "lsp/features/digests.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

enum class CompletionKind : std::uint8_t {
  Keyword,    // DEFAULT, `op=`, `action=`, header words
  Property,   // `boot_verified=`
  Operation,  // EXECUTE
  Value,      // TRUE, ALLOW
  Algorithm,  // `sha256:`
  PolicyVersion,
  Snippet,  // a whole statement
  Rule,     // the name of a rule of the linter
};

struct Completion {
  std::string label;
  CompletionKind kind = CompletionKind::Keyword;
  std::string detail;  // one line
  std::string insert;  // plain text
  // The same with `${1:tab stops}`, as LSP writes snippets; empty: nothing to fill in.
  std::string snippet;
  // The order of the items, as sortable text.
  std::string sort;
  // A key for DocumentationOf, when the item is shown.
  std::string documentation;
  bool preselect = false;  // the one that a client selects first
  // Something must follow: complete again at once.
  bool goes_on = false;
};

struct Completions {
  // The text that an item replaces: the typed part of the word at the cursor, or all of it.
  support::Span typed;
  support::Span whole;
  std::vector<Completion> items;
  bool is_incomplete = false;  // more typing may bring others
};

// The digests that other policies of the workspace use; called only if they are offered.
using DigestsElsewhere = llvm::function_ref<std::vector<UsedDigest>()>;

// `offset` is the position of the cursor.
Completions CompleteAt(const Snapshot& snapshot, std::uint32_t offset,
                       DigestsElsewhere elsewhere = nullptr);

// Markdown for a key of Completion::documentation; empty for an unknown key.
std::string DocumentationOf(const Snapshot& snapshot, std::string_view key);

// The characters after which a client requests completion automatically.
inline constexpr std::string_view kCompletionTriggers[] = {"=", " ", ":", "(", ",", "#"};

}  // namespace ipec::lsp
