#pragma once

// Places as editors count them: lines and characters from 0, a character being a unit of UTF-8,
// UTF-16 or UTF-32 as was agreed. The only file that knows any of these but bytes.
//
// A line ends at `\n`, `\r\n` or a lone `\r`, as the protocol says and whatever a kernel thinks: a
// statement that holds a lone `\r` then spans two lines, which is what the editor shows. Its end is
// no character of it. Each byte that is no part of well-formed UTF-8 counts as one character.
//
// Every place has an answer: lines and characters behind the last one mean the end, a place within
// a character its beginning.

#include <cstdint>
#include <optional>
#include <string_view>

#include "compiler/support/source.h"

namespace ipec::lsp {

enum class PositionEncoding : std::uint8_t { Utf8, Utf16, Utf32 };

// As it is written in the protocol: `utf-16`.
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

// Conversions for one text. Remembers where it looked last: going through a text in order costs its
// length once, however long its lines are. Not for several threads.
class Positions {
 public:
  // Views both.
  Positions(llvm::StringRef text, const support::LineMap& lines, PositionEncoding encoding)
      : text_(text), lines_(lines), encoding_(encoding) {}

  std::uint32_t OffsetOf(EditorPlace place);
  support::Span SpanOf(const EditorRange& range);
  EditorPlace PlaceOf(std::uint32_t offset);
  EditorRange RangeOf(support::Span span) { return {PlaceOf(span.begin), PlaceOf(span.end)}; }
  // How many units a piece of the text has.
  std::uint32_t UnitsIn(support::Span span) { return Count(span.begin, span.end); }

 private:
  // Goes to the line, if it is another one.
  void Enter(std::uint32_t line);
  std::uint32_t Count(std::uint32_t begin, std::uint32_t end) const;

  llvm::StringRef text_;
  const support::LineMap& lines_;
  PositionEncoding encoding_;
  std::uint32_t line_ = 0;  // from 1; 0: none yet
  support::Span span_;      // of the line, without its end
  bool bytes_ = true;       // every byte of the line is a unit
  std::uint32_t offset_ = 0;
  std::uint32_t units_ = 0;  // from the line's beginning to offset_
};

}  // namespace ipec::lsp
