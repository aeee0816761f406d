#pragma once

// The items that completion proposes, one function per slot; completion.cpp finds the slot.

#include <string>
#include <string_view>
#include <vector>

#include "lsp/features/completion.h"
#include "lsp/features/place.h"

namespace ipec::lsp {

// Adds items in order.
class Items {
 public:
  explicit Items(const Snapshot& snapshot) : snapshot_(snapshot) {}

  // A complete word.
  void Word(std::string_view label, CompletionKind kind, std::string_view detail, std::string key);
  // A key, with `=` and its value unless the word at the cursor already has them.
  void Key(std::string_view label, CompletionKind kind, std::string_view choices, bool has_equals,
           std::string_view detail, std::string key);
  void Snippet(std::string_view label, std::string plain, std::string snippet,
               std::string_view detail, std::string key);

  // Values of a slot.
  void Operations(bool of_default, support::Span statement);
  void Booleans();
  void Actions();
  void Algorithms(policy::Property property);
  void Versions(std::string_view written);
  void PolicyName();

  // Keys of a slot.
  void Property(policy::Property property, bool has_equals);
  void Action(bool has_equals);
  void Operation(bool has_equals, bool of_default, support::Span statement);
  void StatementStart(bool has_equals, bool alone, support::Span statement);
  void HeaderStart(bool has_equals, bool alone);
  void ClaimStart(bool alone);

  std::vector<Completion> Take() { return std::move(items_); }

 private:
  Completion& Add(std::string_view label, CompletionKind kind, std::string_view detail,
                  std::string key);
  // The operations for which a statement can be written, as choices of a snippet.
  std::vector<std::string_view> OperationWords(bool of_default, support::Span statement) const;

  const Snapshot& snapshot_;
  std::vector<Completion> items_;
};

// The name of the file, as far as it can be a policy name.
std::string NameFromPath(const Snapshot& snapshot);

}  // namespace ipec::lsp
