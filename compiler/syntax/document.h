#pragma once

// Policy text split into lines and clauses, without loss: printing the spans of the lines in order
// reproduces the input bytes. Formatting, fixes and hover rely on this.
//
// Syntax knows shapes, not words: the checker decides which keys exist, which values are valid and
// in which order clauses may come. Parsing cannot fail; a malformed line is still a line with
// clauses. All spans refer to the text that was parsed, which must outlive the Document.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

#include "compiler/support/ids.h"
#include "compiler/support/source.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::syntax {

// The two ways in which dialects split text into tokens. In both, a NUL byte ends the text.
//   Plain   (mainline): `\n`, `\r` and `\r\n` end a line; space and TAB separate; `#` starts a
//           comment anywhere; other whitespace (VT, FF, A0) is part of its word, but whitespace at
//           the end of a statement is not part of it.
//   Quoted  (rfc-v7): only `\n` ends a line; every isspace byte separates (09-0D, 20, A0);
//           '…' and "…" contain everything up to the same quote, whitespace and `#` included. At a
//           line ending or a NUL the quote stays open.
enum class Lexis : std::uint8_t { Plain, Quoted };

// The shape of a line, determined by the key of its first clause; the rest may be anything.
enum class LineKind : std::uint8_t {
  Blank,    // only whitespace and perhaps a comment
  Header,   // begins with `policy_name` or `policy_version`
  Default,  // begins with `DEFAULT`
  Rule,     // begins with `op`
  Other,    // begins with something else
};

// `key=value`, `key=` or `key`: a run of bytes without separators outside quotes. The first `=` of
// the clause ends the key, even one between quotes. Quotes are part of the spans that contain them,
// and so are bytes that a kernel skips before a token; the checker interprets them. A `#` directly
// after a clause still begins a comment: comment.begin is the end of the clause.
struct Clause {
  support::Span key;
  support::Span value;  // empty, at the end of `key`, if there is no `=`
  bool has_equals = false;

  constexpr support::Span span() const { return {key.begin, value.end}; }
};

using ClauseId = support::Id<struct ClauseTag>;

struct Line {
  LineKind kind = LineKind::Blank;
  // Quoted only: a quote is opened and never closed. The last clause extends to the end of the
  // line, including whitespace, or to the NUL that ends the text.
  bool open_quote = false;
  std::uint32_t number = 1;            // as editors count, from 1 (see support::LineMap)
  support::Span span;                  // everything, including the line ending
  support::Span statement;             // first clause's begin to last clause's end
  support::Span comment;               // from `#` to the line ending, without it; else empty
  support::IdRange<ClauseId> clauses;  // left to right
};

struct Document {
  llvm::StringRef text;
  Lexis lexis = Lexis::Plain;
  std::vector<Line> lines;      // their spans tile [0, hidden.begin); none is empty
  std::vector<Clause> clauses;  // of all lines, in order
  support::Span hidden;         // the first NUL byte and all after it; empty if there is none

  std::span<const Clause> ClausesOf(const Line& line) const {
    return {clauses.data() + line.clauses.first, line.clauses.count};
  }
  llvm::StringRef Text(support::Span span) const { return text.substr(span.begin, span.size()); }
  // The last line that begins at or before `offset`. Null where there is none: at the NUL byte of a
  // text that begins with it, and in an empty text.
  const Line* LineAt(std::uint32_t offset) const {
    const auto after =
        std::upper_bound(lines.begin(), lines.end(), offset,
                         [](std::uint32_t at, const Line& line) { return at < line.span.begin; });
    return after == lines.begin() ? nullptr : &*std::prev(after);
  }
};

}  // namespace ipec::syntax
