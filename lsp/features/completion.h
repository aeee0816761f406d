#pragma once

// Completion at a place: the words that the target knows for its slot, and no others.

#include <cstdint>
#include <string>
#include <vector>

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

// `offset` is the position of the cursor.
Completions CompleteAt(const Snapshot& snapshot, std::uint32_t offset);

// Markdown for a key of Completion::documentation; empty for an unknown key.
std::string DocumentationOf(const Snapshot& snapshot, std::string_view key);

// The characters after which a client requests completion automatically.
inline constexpr std::string_view kCompletionTriggers[] = {"=", " ", ":", "(", ",", "#"};

}  // namespace ipec::lsp
