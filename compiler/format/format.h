#pragma once

// Lays a document out canonically: one blank between words, digests in lower case, comments one
// blank behind their statement, a blank line behind the header and between defaults and rules, no
// two blank lines in a row, `\n` at the end of every line; where only some lines are laid out each
// keeps its own end, so that ends are not mixed. What the author grouped stays grouped.
//
// Needs shapes only, so it also lays out files that no kernel accepts: lines that have no shape of
// a header, a DEFAULT or a rule stay as they are, and so do lines whose words another way of
// cutting text would join, because of quotes. So do, and are reported, lines with bytes it does not
// understand (control bytes, blanks that do not separate, a `\r` alone) and everything from the
// first NUL byte on.
//
// Statements are never reordered unless `group` asks for it: the header, then defaults, then the
// rules of each operation in their order. Rules of different operations do not affect each other
// and defaults have no order, so grouping changes nothing; where one word stands for several
// operations that is not so, and the caller has to compare what the two texts mean. A text with a
// comment that begins or ends a stretch of lines is not grouped: other statements would stand in
// it.
//
// The result is refused, and the text given back as it was, unless
//   reading it gives the same statements, clause by clause, each with its comments, and
//   laying it out again changes nothing.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/source.h"
#include "compiler/syntax/document.h"

namespace ipec::format {

// Lines for people, from 1, both included.
struct LineRange {
  std::uint32_t first = 1;
  std::uint32_t last = UINT32_MAX;
  constexpr bool Contains(std::uint32_t line) const { return first <= line && line <= last; }
  constexpr bool IsAll() const { return first <= 1 && last == UINT32_MAX; }
};

struct Style {
  bool align = false;            // columns of neighbouring rules under each other
  bool sort_properties = false;  // by name; audit records quote them in the order written
  bool group = false;            // not with a range of lines
  LineRange lines;               // only these are laid out
};

// A line that stays as it is, and why.
enum class Oddity : std::uint8_t {
  ControlByte,  // a byte below 20, or 7F
  OddBlank,     // VT, FF or A0 where words are separated or end
  LoneReturn,   // `\r` without `\n`, which ends a line for mainline kernels
  OpenQuote,    // a quote that is not closed
  GluedText,    // text that no word takes up, or words without a blank between them
  Hidden,       // a NUL byte, which ends the text for every kernel
};

struct Left {
  Oddity why = Oddity::ControlByte;
  support::Span where;
};

struct Result {
  std::string text;
  std::vector<Left> left;        // in file order
  std::string_view not_grouped;  // why not, where grouping was asked for; empty: it is grouped
  std::string_view refused;      // why the result is the text as it was; empty: it is laid out
};

Result Format(const syntax::Document& document, const Style& style);

// What a comment marks: `# ipec: allow-begin(…)` and `# ipec: allow-end` are about the lines
// between them, so statements must not be moved into or out of these.
enum class Mark : std::uint8_t { None, Begin, End };
Mark MarkOf(llvm::StringRef comment);

}  // namespace ipec::format
