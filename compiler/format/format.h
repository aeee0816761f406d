#pragma once

// Lays out a document canonically: one space between words, lowercase digests, comments one space
// after their statement, a blank line after the header and between defaults and rules, no
// consecutive blank lines, and `\n` at the end of every line. If only some lines are laid out, each
// keeps its line ending, so that endings are not mixed. Groups of the author stay groups.
//
// Needs only the shape of lines, so it also lays out files that no kernel accepts. Some lines stay
// unchanged: lines without the shape of a header, a DEFAULT or a rule (in a file of claims, without
// that of a claim), and lines whose words
// another dialect would join because of quotes. The following also stay unchanged and are reported:
// lines with bytes it does not understand (control bytes, whitespace that does not separate words,
// a lone `\r`) and everything from the first NUL byte on.
//
// Statements are reordered only with `group`: the header, then defaults, then the rules of each
// operation in their order. Rules of different operations do not affect each other and defaults
// have no order, so grouping keeps the meaning. With an alias for several operations this is not
// true, and the caller must compare the meanings of the two texts. A text with a comment that
// begins or ends a range of lines is not grouped: other statements would move into the range.
//
// The result is discarded and the text returned unchanged unless
//   parsing the result gives the same statements, clause by clause, each with its comments, and
//   laying it out again changes nothing.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/source.h"
#include "compiler/syntax/document.h"

namespace ipec::format {

// Lines counted as editors do, from 1, inclusive.
struct LineRange {
  std::uint32_t first = 1;
  std::uint32_t last = UINT32_MAX;
  constexpr bool Contains(std::uint32_t line) const { return first <= line && line <= last; }
  constexpr bool IsAll() const { return first <= 1 && last == UINT32_MAX; }
};

struct Style {
  bool align = false;            // align the columns of neighboring rules
  bool sort_properties = false;  // by name; audit records quote properties in the order written
  bool group = false;            // not with a range of lines
  bool claims = false;           // a file of claims: only claims have a shape, nothing is grouped
  LineRange lines;               // lay out only these
};

// Why a line stays unchanged.
enum class Oddity : std::uint8_t {
  ControlByte,  // a byte below 20, or 7F
  OddBlank,     // VT, FF or A0 between words or at a line's end
  LoneReturn,   // `\r` without `\n`, which ends a line for mainline kernels
  OpenQuote,    // a quote that is not closed
  GluedText,    // text that is not part of a word, or words without whitespace between them
  Hidden,       // a NUL byte, which ends the text for every kernel
};

struct Left {
  Oddity why = Oddity::ControlByte;
  support::Span where;
};

struct Result {
  std::string text;
  std::vector<Left> left;                       // in file order
  std::optional<std::string_view> not_grouped;  // why grouping was requested but not done
  std::optional<std::string_view> failure;      // why the result is the original text
};

Result Format(const syntax::Document& document, const Style& style);

// The kind of comment: `# ipec: allow-begin(…)` and `# ipec: allow-end` apply to the lines between
// them, so statements must not move into or out of that range.
enum class Mark : std::uint8_t { None, Begin, End };
Mark MarkOf(std::string_view comment);

}  // namespace ipec::format
