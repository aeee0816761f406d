#include "compiler/suite/event_tests.h"

#include <utility>

#include <fmt/format.h>

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::suite {

std::string OneSpaced(llvm::StringRef statement) {
  llvm::SmallVector<llvm::StringRef> words;
  llvm::SplitString(statement, words);
  return llvm::join(words, " ");
}

const support::Span* StatementOf(const policy::Decision& decision, const policy::Policy& policy,
                                 runtime::Operation operation) {
  switch (decision.match) {
    case policy::Match::Rule:
      return &policy[decision.rule].statement;
    case policy::Match::OperationDefault:
      return &policy.DefaultOf(operation)->statement;
    case policy::Match::GlobalDefault:
      break;
  }
  return policy.global_default ? &policy.global_default->statement : nullptr;
}

bool EventTest::IsMetBy(const policy::Decision& decision, const policy::Policy& policy,
                        const support::SourceBuffer& source,
                        const support::Span* changed_statement) const {
  if (decision.action != *expects().action) return false;
  if (!expects().rule) return true;
  const support::Span* const statement = StatementOf(decision, policy, event().operation);
  if (statement == nullptr) return false;
  if (changed_statement != nullptr && *statement == *changed_statement) return false;
  return OneSpaced(source.text(*statement)) == OneSpaced(*expects().rule);
}

char MalformedTest::ID = 0;

void MalformedTest::log(llvm::raw_ostream& out) const {
  out << at_.line << ':' << at_.column << ": " << words_;
}

llvm::Expected<EventTests> ReadEventTests(const support::SourceBuffer& source,
                                          const event::Dialect& dialect) {
  EventTests tests;
  llvm::StringRef rest = source.text();
  for (std::uint32_t number = 1; !rest.empty(); ++number) {
    llvm::StringRef line;
    std::tie(line, rest) = rest.split('\n');
    line = line.rtrim("\r");
    if (line.trim(" \t").empty()) continue;
    const auto fail = [&](std::size_t column, std::string words) {
      const support::Position at = {number, static_cast<std::uint32_t>(column)};
      return llvm::make_error<MalformedTest>(at, std::move(words));
    };
    if (line.size() > event::kLongestLine) {
      return fail(1, fmt::format("an event has at most {} bytes", event::kLongestLine));
    }
    auto test = std::make_unique<EventTest>(dialect, number);
    if (llvm::Error error = test->Read({line.data(), line.size()})) {
      llvm::Error located = llvm::Error::success();
      llvm::handleAllErrors(std::move(error), [&](const event::MalformedEvent& malformed) {
        located = llvm::joinErrors(std::move(located), fail(malformed.column(), malformed.words()));
      });
      return located;
    }
    if (test->expects().rule && !test->expects().action) {
      return fail(1, "the event has `rule` but no `expect`, so it is not a test");
    }
    if (test->expects().action) tests.push_back(std::move(test));
  }
  return tests;
}

}  // namespace ipec::suite
