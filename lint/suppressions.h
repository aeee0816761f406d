#pragma once

// Suppressions are comments, with a reason:
//   # ipec: allow(NAME, NAME) reason       on the statement's line, or on lines of their own above
//   it # ipec: allow-file(NAME) reason        anywhere, for the whole file # ipec:
//   allow-begin(NAME) reason … # ipec: allow-end(NAME)
// `until=2026-12-31` in the reason makes it expire. A name is a rule's name or code, or `all`,
// which is a finding of its own.

#include <string_view>
#include <vector>

#include "lint/rule.h"

namespace ipec::lint {

class Suppressions {
 public:
  // `today` is `YYYY-MM-DD`.
  Suppressions(const syntax::Document& document, std::string_view today);

  // Whether a comment silences a finding of `rule` at `where`; the comment counts as used then.
  bool Silence(const diagnostics::Descriptor& rule, Span where);

  std::span<const Suppression> list() const { return list_; }

 private:
  struct Range {
    std::size_t suppression;
    Span lines;
  };
  void Read(const syntax::Document& document, std::size_t line, std::string_view today);

  std::vector<Suppression> list_;
  std::vector<Range> ranges_;
  std::vector<Range> open_;  // allow-begin without its end so far
};

}  // namespace ipec::lint
