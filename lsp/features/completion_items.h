#pragma once

// The items that completion proposes, one function per slot; completion.cpp finds the slot.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "lsp/features/completion.h"
#include "lsp/features/place.h"

namespace ipec::lsp {

// Adds items in order.
class Items {
 public:
  // Nothing that `statement` says counts as written: it is being edited.
  Items(const Snapshot& snapshot, support::Span statement)
      : snapshot_(snapshot), statement_(statement) {}

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
  void Actions(bool denies_first);
  void Algorithms(policy::Property property);
  void Versions(std::string_view written);
  void PolicyName();

  // Keys of a slot.
  void Property(policy::Property property, bool has_equals);
  void Action(bool has_equals, bool denies_first);
  void Operation(bool has_equals, bool of_default, support::Span statement);
  void StatementStart(bool has_equals, bool alone, support::Span statement);
  void HeaderStart(bool has_equals, bool alone, bool has_statements);
  void ClaimStart(bool alone);

  // The first one is what the policy lacks most.
  std::vector<Completion> Take() {
    if (!items_.empty()) items_.front().preselect = true;
    return std::move(items_);
  }

 private:
  Completion& Add(std::string_view label, CompletionKind kind, std::string_view detail,
                  std::string key);
  // The operations for which a statement can be written, as choices of a snippet.
  std::vector<std::string_view> OperationWords(bool of_default, support::Span statement) const;

  void DefaultStart(bool alone, bool global_is_free, const std::vector<std::string_view>& open);
  void WholePolicy(const std::string& name);
  // In another statement.
  bool HasRule(policy::Operation operation) const;
  static std::array<std::string_view, 2> ActionWords(bool denies_first);

  const Snapshot& snapshot_;
  const support::Span statement_;
  std::vector<Completion> items_;
};

// The name of the file, as far as it can be a policy name.
std::string NameFromPath(const Snapshot& snapshot);

}  // namespace ipec::lsp
