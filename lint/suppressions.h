#pragma once

// Suppressions are comments, with a reason:
//   # ipec: allow(NAME, NAME) reason       on the statement's line, or on lines of its own above it
//   # ipec: allow-file(NAME) reason        anywhere, for the whole file
//   # ipec: allow-begin(NAME) reason … # ipec: allow-end(NAME)
// `until=2026-12-31` in the reason makes it expire. A name is a rule's name or code, or `all`,
// which is a finding of its own. Without a reason a comment suppresses nothing.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lint/rule.h"

namespace ipec::lint {

// Linear in the document and the findings, whatever the comments are.
class Suppressions {
 public:
  // `today` is `YYYY-MM-DD`.
  Suppressions(const syntax::Document& document, std::string_view today);

  // The first comment, as an index into list(), that suppresses a finding of the rule at `where`,
  // if any does; all that do count as used then. Must be asked in file order.
  std::optional<std::size_t> Suppress(LintRuleId rule, Span where);

  std::span<const Suppression> list() const { return list_; }

 private:
  struct Range {
    std::size_t suppression;
    Span lines;
  };
  // The comments that suppress one rule at the latest place.
  struct Active {
    std::multiset<std::size_t> comments;  // indices into list_
    std::vector<Range> fresh;             // those that suppressed nothing yet
  };
  void Read(const syntax::Document& document, std::size_t line, std::string_view today);
  // Ends the range that an allow-end with these names belongs to; false if there is none. The code
  // and the name of a rule are equivalent here.
  bool Close(const std::vector<std::string>& names, std::uint32_t end);
  // The end of the first statement after line `at`, with its line end; or of the text.
  std::uint32_t EndOfNextStatement(const syntax::Document& document, std::size_t at);
  void AdvanceTo(std::uint32_t offset);
  Active& ActiveOf(LintRuleId rule) { return rule.valid() ? active_[rule] : active_for_all_; }

  std::vector<Suppression> list_;
  std::vector<Range> ranges_;        // by their begin
  std::vector<std::uint32_t> ends_;  // by line; computed on first use

  // Ranges that have begun, the innermost last: all, and by their names.
  std::vector<Range> open_;
  std::map<std::vector<std::string>, std::vector<std::size_t>> open_by_names_;
  std::vector<bool> closed_;  // by position in open_

  std::size_t next_ = 0;        // the first range that was not reached yet
  std::vector<Range> reached_;  // a heap, the one that ends first on top
  RuleMap<Active> active_;
  Active active_for_all_;  // of the name `all`
};

}  // namespace ipec::lint
