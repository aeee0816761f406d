#pragma once

// What can be written at a place: the words of its slot, as the target knows them, and no others.

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
  Version,
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
  // Items are in this order; as text it sorts so.
  std::string sort;
  // For DocumentationOf, when the item is shown.
  std::string documentation;
  // After this something must follow: ask again at once.
  bool goes_on = false;
};

struct Completions {
  // What an item takes the place of: the word at the cursor as far as it is typed, or all of it.
  support::Span typed;
  support::Span whole;
  std::vector<Completion> items;
};

// `offset` is where the cursor stands.
Completions CompleteAt(const Snapshot& snapshot, std::uint32_t offset);

// Markdown for a key of Completion::documentation; empty for what is none.
std::string DocumentationOf(const Snapshot& snapshot, std::string_view key);

// What a client sends a request by itself for, when it was typed.
inline constexpr std::string_view kCompletionTriggers[] = {"=", " ", ":", "(", ",", "#"};

}  // namespace ipec::lsp
