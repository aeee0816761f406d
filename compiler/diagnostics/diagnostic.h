#pragma once

// Diagnostics as values: a message (a row of diagnostics.def or of the linter), its place, notes
// and fixes. Nothing is printed here; renderers turn diagnostics into text, JSON or SARIF.
//
// A message is never a free string. A Definition has the checked format and the types of its
// arguments, so a diagnostic without a code or with the wrong arguments does not compile.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "compiler/support/source.h"
#include "ipec/runtime/vocabulary.h"

namespace ipec::diagnostics {

enum class Severity : std::uint8_t { Error, Warning, Information, Style };

std::string_view Name(Severity severity);

// The part of a definition that does not depend on argument types; `explain` and SARIF list it.
struct Descriptor {
  std::string_view code;   // `IPE0201`
  std::string_view name;   // `unknown-operation`, the stable alias that users write
  Severity severity;       // the default; the configuration may change it for lint rules
  std::string_view words;  // the format string, for documentation
};

template <typename... Arguments>
struct Definition {
  Descriptor descriptor;
  fmt::format_string<const Arguments&...> format;
};

// Lines of another text.
struct Elsewhere {
  std::string name;                      // of the text, such as `git:main:device.pol`
  std::optional<std::string> path = {};  // of its file, as FileReport::path
  std::uint32_t line = 1;
  std::uint32_t last_line = 1;
};

struct Note {
  std::string message;
  support::Span where;
  bool has_place = false;  // false: a note about the whole file
  // The note is about these lines, which its message names, too.
  std::optional<Elsewhere> elsewhere = {};
};

struct TextEdit {
  support::Span where;
  std::string text;
};

struct Fix {
  std::string title;            // imperative: "remove the shadowed rule"
  std::vector<TextEdit> edits;  // non-overlapping, in file order
  bool keeps_meaning = false;   // proved; only such fixes are applied without asking
  // A repair that decides what the text leaves open, such as an action that is missing: a person
  // chooses it, and no editor prefers it.
  bool is_guess = false;
};

struct Diagnostic {
  const Descriptor* descriptor = nullptr;  // static storage
  Severity severity = Severity::Error;
  support::Span where;
  // The operation that the diagnostic is about, if one place stands for several: diagnostics with
  // different ones are about different things. None: about the whole place.
  std::optional<runtime::Operation> about;
  std::string message;
  // The targets or kernels that the diagnostic is about, `linux-6.12 and linux-7.4`, if others read
  // the same text differently. A note says the same.
  std::string only_for;
  std::vector<Note> notes;
  std::vector<Fix> fixes;

  Diagnostic& AddNote(std::string words, support::Span place) {
    notes.push_back({std::move(words), place, true, {}});
    return *this;
  }
  Diagnostic& AddNote(std::string words) {
    notes.push_back({std::move(words), {}, false, {}});
    return *this;
  }
  Diagnostic& AddFix(std::string title, std::vector<TextEdit> edits, bool keeps_meaning = false) {
    fixes.push_back({std::move(title), std::move(edits), keeps_meaning});
    return *this;
  }
  Diagnostic& AddGuess(std::string title, std::vector<TextEdit> edits) {
    fixes.push_back({std::move(title), std::move(edits), false, true});
    return *this;
  }
};

// The message for reports without notes: with what `only_for` says.
std::string WholeMessage(const Diagnostic& diagnostic);

// Collects diagnostics in the order of emission. SortByPlace sorts them into file order (stable).
//
// A Sink keeps `limit` diagnostics and only counts the rest, so that a file of a hundred megabytes
// full of errors does not exhaust memory. Diagnostics beyond the limit are not even formatted.
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

  // Whether the limit is reached. If producing a diagnostic is expensive, check this first and call
  // Skip instead of Emit.
  bool full() const { return list_.size() >= limit_; }
  void Skip() { ++more_; }

  void SortByPlace();
  std::vector<Diagnostic>& list() { return list_; }
  const std::vector<Diagnostic>& list() const { return list_; }
  // The number of diagnostics beyond the limit.
  std::size_t more() const { return more_; }

 private:
  std::size_t limit_;
  std::size_t more_ = 0;
  std::vector<Diagnostic> list_;
  Diagnostic overflow_;
};

}  // namespace ipec::diagnostics
