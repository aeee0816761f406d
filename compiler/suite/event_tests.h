#pragma once

// Event tests: the lines of a file of events that expect a decision.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "compiler/event/event_reader.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/policy.h"
#include "compiler/support/source.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::suite {

// One line, read for one target. Keeps a view of the line.
class EventTest {
 public:
  EventTest(const event::Dialect& dialect, std::uint32_t line) : reader_(dialect), line_(line) {}

  llvm::Error Read(std::string_view text) { return reader_.Read(text); }

  std::uint32_t line() const { return line_; }  // from 1
  const runtime::Event& event() const { return reader_.event(); }
  const event::Expectation& expects() const { return reader_.expectation(); }

  // Whether the decision is the expected one. `source` is the text of `policy`. A statement that a
  // mutant changed is not the expected one, even if `source` has its old text.
  bool IsMetBy(const policy::Decision& decision, const policy::Policy& policy,
               const support::SourceBuffer& source,
               const support::Span* changed_statement = nullptr) const;

 private:
  event::EventReader reader_;
  std::uint32_t line_;
};

using EventTests = std::vector<std::unique_ptr<EventTest>>;

// A line that is not an event of the target.
class MalformedTest : public llvm::ErrorInfo<MalformedTest> {
 public:
  MalformedTest(support::Position at, std::string words) : at_(at), words_(std::move(words)) {}

  const support::Position& at() const { return at_; }
  const std::string& words() const { return words_; }

  void log(llvm::raw_ostream& out) const override;
  std::error_code convertToErrorCode() const override { return llvm::inconvertibleErrorCode(); }
  static char ID;

 private:
  support::Position at_;
  std::string words_;
};

// The tests among the lines of `source`, which must outlive them. Lines without `expect` are events
// but no tests. The only error is MalformedTest.
llvm::Expected<EventTests> ReadEventTests(const support::SourceBuffer& source,
                                          const event::Dialect& dialect);

// The statement that a decision is by; null: no statement is.
const support::Span* StatementOf(const policy::Decision& decision, const policy::Policy& policy,
                                 runtime::Operation operation);

// A statement with one space between its words, so that layout does not count.
std::string OneSpaced(llvm::StringRef statement);

}  // namespace ipec::suite
