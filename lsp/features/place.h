#pragma once

// Where in a policy an offset is, and what the statement there means: what every question about a
// place begins with. Nothing is read again: lines and words are the document's, rules and defaults
// the policy's.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

enum class Part : std::uint8_t { Nothing, Key, Value, Comment, Hidden };

struct Place {
  std::uint32_t offset = 0;  // within the text
  // The line the offset is on; null in an empty text, in what a NUL byte hides, and on the empty
  // line behind the last line end.
  const syntax::Line* line = nullptr;
  Part part = Part::Nothing;  // Nothing: between words, or at the end of a line
  std::size_t clause = 0;     // with Key and Value: its number in the line
};

// Which word an offset between two letters belongs to, where a word ends there and something else
// begins: hovering means what begins, typing means what ends.
enum class Side : std::uint8_t { Begins, Ends };

Place PlaceAt(const Snapshot& snapshot, std::uint32_t offset, Side side = Side::Begins);

// The words of a line, and one of them.
std::span<const syntax::Clause> ClausesOf(const Snapshot& snapshot, const Place& place);
const syntax::Clause& ClauseAt(const Snapshot& snapshot, const Place& place);

// The value of a clause without the quotes that its dialect takes away.
support::Span ValueOf(const Snapshot& snapshot, const syntax::Clause& clause);
llvm::StringRef TextOf(const Snapshot& snapshot, support::Span span);
std::string_view ViewOf(const Snapshot& snapshot, support::Span span);

// The rules that a statement makes: none, one or, for an alias, several, which follow each other.
support::IdRange<policy::RuleId> RulesAt(const Snapshot& snapshot, support::Span statement);

// What a statement that is a DEFAULT decides: for which operations it is the default. A default of
// an operation that it has not got counts for the global one.
struct Defaults {
  bool global = false;
  std::vector<policy::Operation> operations;  // that it names itself
  bool empty() const { return !global && operations.empty(); }
};
Defaults DefaultsAt(const Snapshot& snapshot, support::Span statement);

// The operations that a word after `op=` stands for in this dialect; none when it is not known.
std::vector<policy::Operation> OperationsOf(const Snapshot& snapshot, llvm::StringRef word);

// The property of the clause, when its key is one.
std::optional<policy::Property> PropertyOf(const Snapshot& snapshot, const syntax::Clause& clause);

// The line of the document that holds `offset`; null where Place has none.
const syntax::Line* LineAt(const Snapshot& snapshot, std::uint32_t offset);

// The statement on a line for people, from 1.
std::optional<support::Span> StatementOnLine(const Snapshot& snapshot, std::uint32_t number);

// In words, why the target refuses the policy; empty: it does not.
std::string WhyRefused(const Snapshot& snapshot);

}  // namespace ipec::lsp
