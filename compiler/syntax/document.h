#pragma once

// Policy text cut into lines and clauses, without loss: printing the spans of the lines in order
// gives the bytes back, whatever they are. Formatting, fixes and hover all rely on that.
//
// Syntax knows shapes, not words: which keys exist, what a value may be and in which order clauses
// stand is the checker's business. Parsing cannot fail; a line that makes no sense is still a line
// with clauses. All spans point into the text that was parsed, which must outlive the Document.

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/support/ids.h"
#include "compiler/support/source.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::syntax {

// The two ways dialects cut text into tokens. In both a NUL byte ends the text.
//   Plain   (mainline): `\n`, `\r` and `\r\n` end a line; space and TAB separate; `#` starts a
//           comment anywhere; other blanks (VT, FF, A0) belong to their word, but at the end of the
//           statement all blanks are outside it.
//   Quoted  (rfc-v7): `\n` alone ends a line; every isspace byte separates (09-0D, 20, A0);
//           '…' and "…" take everything up to the same quote, blanks and `#` included. A line end
//           or a NUL leaves a quote open.
enum class Lexis : std::uint8_t { Plain, Quoted };

// What a line looks like, judged by the key of its first clause; the rest may be anything.
enum class LineKind : std::uint8_t {
  Blank,    // nothing but blanks and perhaps a comment
  Header,   // begins with `policy_name` or `policy_version`
  Default,  // begins with `DEFAULT`
  Rule,     // begins with `op`
  Other,    // begins with something else
};

// `key=value`, `key=` or `key`: a run of bytes without separators outside quotes. The first `=` of
// the clause ends the key, even one between quotes. Quotes belong to the spans that contain them,
// and so do bytes that a kernel skips before it begins a token; what they mean is the checker's
// business. A `#` right behind a clause begins a comment all the same: comment.begin is its end.
struct Clause {
  support::Span key;
  support::Span value;  // empty at the end of `key` when there is no `=`
  bool has_equals = false;

  constexpr support::Span span() const { return {key.begin, value.end}; }
};

using ClauseId = support::Id<struct ClauseTag>;

struct Line {
  LineKind kind = LineKind::Blank;
  // Quoted only: a quote is opened and never closed; the last clause runs to the end of the line,
  // blanks included, or to the NUL that ends the text.
  bool open_quote = false;
  std::uint32_t number = 1;            // for people, from 1 (see support::LineMap)
  support::Span span;                  // everything, with the line terminator
  support::Span statement;             // first clause's begin to last clause's end
  support::Span comment;               // from `#` to the terminator, without it; else empty
  support::IdRange<ClauseId> clauses;  // left to right
};

struct Document {
  llvm::StringRef text;
  Lexis lexis = Lexis::Plain;
  std::vector<Line> lines;      // their spans tile [0, hidden.begin); none is empty
  std::vector<Clause> clauses;  // of all lines, in their order
  support::Span hidden;         // the first NUL byte and all after it; empty if there is none

  std::span<const Clause> ClausesOf(const Line& line) const {
    return {clauses.data() + line.clauses.first, line.clauses.count};
  }
  llvm::StringRef Text(support::Span span) const { return text.substr(span.begin, span.size()); }
};

}  // namespace ipec::syntax
