#pragma once

// Positions as editors count them: lines and characters from 0, where a character is a unit of
// UTF-8, UTF-16 or UTF-32, as negotiated. The only file that knows units other than bytes.
//
// A line ends at `\n`, `\r\n` or a lone `\r`, as in the protocol and whatever the kernel does: a
// statement with a lone `\r` then spans two lines, as the editor shows it. The line end is not a
// character of the line. Each byte that is not part of well-formed UTF-8 counts as one character.
//
// Every position is valid: lines and characters after the last one mean the end, a position within
// a character means its beginning.

#include <cstdint>
#include <optional>
#include <string_view>

#include "compiler/support/source.h"

namespace ipec::lsp {

enum class PositionEncoding : std::uint8_t { Utf8, Utf16, Utf32 };

// As in the protocol: `utf-16`.
std::string_view Name(PositionEncoding encoding);
std::optional<PositionEncoding> FindEncoding(std::string_view name);

struct EditorPlace {
  std::uint32_t line = 0;
  std::uint32_t character = 0;
  friend constexpr bool operator==(const EditorPlace&, const EditorPlace&) = default;
  friend constexpr bool operator<(const EditorPlace& a, const EditorPlace& b) {
    return a.line != b.line ? a.line < b.line : a.character < b.character;
  }
};

struct EditorRange {
  EditorPlace start;
  EditorPlace end;
  friend constexpr bool operator==(const EditorRange&, const EditorRange&) = default;
};

// Conversions for one text. Remembers the last position: going through a text in order costs its
// length once, however long its lines are. Not thread-safe.
class Positions {
 public:
  // Views both.
  Positions(std::string_view text, const support::LineMap& lines, PositionEncoding encoding)
      : text_(text), lines_(lines), encoding_(encoding) {}

  std::uint32_t OffsetOf(EditorPlace place);
  support::Span SpanOf(const EditorRange& range);
  EditorPlace PlaceOf(std::uint32_t offset);
  EditorRange RangeOf(support::Span span) { return {PlaceOf(span.begin), PlaceOf(span.end)}; }
  // The number of units in a piece of the text.
  std::uint32_t UnitsIn(support::Span span) { return Count(span.begin, span.end); }

 private:
  // Goes to the line, if it is not the current one.
  void Enter(std::uint32_t line);
  std::uint32_t Count(std::uint32_t begin, std::uint32_t end) const;

  std::string_view text_;
  const support::LineMap& lines_;
  PositionEncoding encoding_;
  std::uint32_t line_ = 0;  // from 1; 0: none yet
  support::Span span_;      // the line, without its end
  bool bytes_ = true;       // every byte of the line is a unit
  std::uint32_t offset_ = 0;
  std::uint32_t units_ = 0;  // from the start of the line to offset_
};

}  // namespace ipec::lsp
