#pragma once

// Findings as values: what is said (a row of diagnostics.def or of the linter), where, why, and how
// to mend it. Nothing is printed here; renderers turn findings into text, JSON or SARIF.
//
// A message cannot be made from a free string: a Definition carries the checked format and the
// types of its arguments, so a finding without code, or with the wrong number of arguments, does
// not compile.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/support/source.h"

namespace ipec::diagnostics {

enum class Severity : std::uint8_t { Error, Warning, Information, Style };

std::string_view Name(Severity severity);

// The part of a definition that does not depend on argument types: what `explain` and SARIF list.
struct Descriptor {
  std::string_view code;   // `IPE0201`
  std::string_view name;   // `unknown-operation`, the stable alias people write
  Severity severity;       // default; configuration may change what a linter reports
  std::string_view words;  // the format string, for documentation
};

template <typename... Arguments>
struct Definition {
  Descriptor descriptor;
  fmt::format_string<const Arguments&...> format;
};

struct Note {
  std::string message;
  support::Span where;
  bool has_place = false;  // false: a note about the whole file
};

struct TextEdit {
  support::Span where;
  std::string text;
};

struct Fix {
  std::string title;            // imperative: "remove the shadowed rule"
  std::vector<TextEdit> edits;  // non-overlapping, in file order
  bool keeps_meaning = false;   // proved; only such fixes are applied without asking
};

struct Diagnostic {
  const Descriptor* descriptor = nullptr;  // static storage
  Severity severity = Severity::Error;
  support::Span where;
  // Where one place stands for several things, a number for the one that is meant: findings with
  // different numbers are about different things. 0: about all of them.
  std::uint8_t about = 0;
  std::string message;
  std::vector<Note> notes;
  std::vector<Fix> fixes;

  Diagnostic& AddNote(std::string words, support::Span place) {
    notes.push_back({std::move(words), place, true});
    return *this;
  }
  Diagnostic& AddNote(std::string words) {
    notes.push_back({std::move(words), {}, false});
    return *this;
  }
  Diagnostic& AddFix(std::string title, std::vector<TextEdit> edits, bool keeps_meaning = false) {
    fixes.push_back({std::move(title), std::move(edits), keeps_meaning});
    return *this;
  }
};

// Collects findings. Order of emission is kept; SortByPlace gives file order (stable).
//
// A Sink keeps `limit` findings and counts the others: a file of a hundred megabytes in which
// nothing is right must not take the machine down. What is emitted beyond the limit is not even
// formatted.
class Sink {
 public:
  static constexpr std::size_t kDefaultLimit = 10'000;

  explicit Sink(std::size_t limit = kDefaultLimit) : limit_(limit) {}

  // The result is valid until the next Emit.
  template <typename... Arguments>
  Diagnostic& Emit(support::Span where, const Definition<Arguments...>& definition,
                   const std::type_identity_t<Arguments>&... arguments) {
    if (full()) {
      ++more_;
      return overflow_ = Diagnostic();
    }
    Diagnostic& made = list_.emplace_back();
    made.descriptor = &definition.descriptor;
    made.severity = definition.descriptor.severity;
    made.where = where;
    made.message = fmt::format(definition.format, arguments...);
    return made;
  }

  // From now on findings are only counted: whoever has to work for one may ask first, and then call
  // Skip instead.
  bool full() const { return list_.size() >= limit_; }
  void Skip() { ++more_; }

  void SortByPlace();
  std::vector<Diagnostic>& list() { return list_; }
  const std::vector<Diagnostic>& list() const { return list_; }
  // How many were found beyond the limit.
  std::size_t more() const { return more_; }

 private:
  std::size_t limit_;
  std::size_t more_ = 0;
  std::vector<Diagnostic> list_;
  Diagnostic overflow_;
};

}  // namespace ipec::diagnostics

// The checker's rows as constants: `sink.Emit(span, diag::UnknownOperation, …)`.
namespace ipec::diag {
#define IPEC_DIAG(id, name, code, severity, words, ...) \
  inline const diagnostics::Definition<__VA_ARGS__> id{ \
      {code, name, diagnostics::Severity::severity, words}, words};
#include "compiler/diagnostics/diagnostics.def"
#undef IPEC_DIAG
}  // namespace ipec::diag
