#pragma once

// The position of an offset in a policy, and the meaning of the statement there: the start of every
// request about a position. Nothing is parsed again: lines and words are those of the document,
// rules and DEFAULTs those of the policy.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "llvm/Support/Error.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

enum class Part : std::uint8_t { Nothing, Key, Value, Comment, Hidden };

struct Place {
  std::uint32_t offset = 0;  // within the text
  // The line of the offset; null in an empty text, in the part hidden by a NUL byte, and on the
  // empty line after the last line end.
  const syntax::Line* line = nullptr;
  Part part = Part::Nothing;  // Nothing: between words, or at the end of a line
  std::size_t clause = 0;     // with Key and Value: its number in the line
};

// The word of an offset between two characters, if one word ends and another one begins there:
// hover uses the one that begins, completion the one that ends.
enum class Side : std::uint8_t { Begins, Ends };

Place PlaceAt(const Snapshot& snapshot, std::uint32_t offset, Side side = Side::Begins);

// The words of a line, and one of them.
std::span<const syntax::Clause> ClausesOf(const Snapshot& snapshot, const Place& place);
const syntax::Clause& ClauseAt(const Snapshot& snapshot, const Place& place);

// The value of a clause without the quotes that its dialect removes.
support::Span ValueOf(const Snapshot& snapshot, const syntax::Clause& clause);
llvm::StringRef TextOf(const Snapshot& snapshot, support::Span span);
std::string_view ViewOf(const Snapshot& snapshot, support::Span span);

// The operations for which a DEFAULT decides. A DEFAULT without an operation that is known counts
// as the global one.
struct Defaults {
  bool global = false;
  std::vector<policy::Operation> operations;  // named in the statement
  bool empty() const { return !global && operations.empty(); }
};
Defaults DefaultsAt(const Snapshot& snapshot, support::Span statement);

// The operations that a word after `op=` means in this dialect; none if it is unknown.
std::vector<policy::Operation> OperationsOf(const Snapshot& snapshot, std::string_view word);

// The property of the clause, if its key is one.
std::optional<policy::Property> PropertyOf(const Snapshot& snapshot, const syntax::Clause& clause);

// The line of the document that contains `offset`; null if Place has none.
const syntax::Line* LineAt(const Snapshot& snapshot, std::uint32_t offset);

// The statement on a line number, from 1.
std::optional<support::Span> StatementOnLine(const Snapshot& snapshot, std::uint32_t number);

// The error with which the target rejects the policy.
llvm::Error RejectionOf(const Snapshot& snapshot);

}  // namespace ipec::lsp
