#pragma once

// Reads events as JSON, one object per line, strictly: an event that no kernel can produce is an
// error with its column, not a guess. README.md lists the fields; an absent field means that the
// kernel does not have the value either.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/targets/targets.h"
#include "ipec/runtime/event.h"
#include "llvm/Support/Error.h"

namespace ipec::event {

// The events that are possible in a policy's dialect.
struct Dialect {
  std::string name;                 // for messages
  policy::OperationSet operations;  // Unknown may be one of them
  support::EnumSet<runtime::Hook> hooks;
  bool bare_digests = false;
  bool boot_verified_excludes_dmverity = true;
};
Dialect DialectOf(const targets::Target& target);

// The timestamp and serial of an audit record.
struct Stamp {
  std::uint64_t seconds = 0;
  std::uint16_t millis = 0;
  std::uint64_t serial = 0;
};

// The expectation of a test, for `ipec test`. Decisions do not depend on it.
struct Expectation {
  std::optional<runtime::Action> action;
  std::optional<std::string_view> rule;  // the statement that decides, as in policies
  std::string_view name;                 // of the test
  std::string_view why;
};

// Maximum length of a line.
inline constexpr std::size_t kLongestLine = std::size_t{1} << 20;

// The error of a line that is not an event: `column 7: duplicate field …`.
class MalformedEvent : public llvm::ErrorInfo<MalformedEvent> {
 public:
  MalformedEvent(std::size_t column, std::string words)
      : column_(column), words_(std::move(words)) {}

  std::size_t column() const { return column_; }  // from 1, in bytes
  const std::string& words() const { return words_; }

  void log(llvm::raw_ostream& out) const override;
  std::error_code convertToErrorCode() const override { return llvm::inconvertibleErrorCode(); }
  static char ID;

 private:
  std::size_t column_;
  std::string words_;
};

class EventReader {
 public:
  explicit EventReader(Dialect dialect) : dialect_(std::move(dialect)) {}

  // Reads one line. The only error is MalformedEvent.
  llvm::Error Read(std::string_view line);

  // Views into `line` and into the reader; valid until the next Read.
  const runtime::Event& event() const { return event_; }
  const Stamp& stamp() const { return stamp_; }
  const Expectation& expectation() const { return expectation_; }

 private:
  friend struct LineRead;

  Dialect dialect_;
  runtime::Event event_;
  Stamp stamp_;
  Expectation expectation_;
  std::string strings_;                // decoded strings
  std::vector<std::uint8_t> digests_;  // decoded digests; reserved in full before the first one
};

}  // namespace ipec::event
