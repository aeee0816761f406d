#pragma once

// Policy text as read: bytes with a name, spans into them, and human-readable positions.
//
// A SourceBuffer owns the bytes of one input. Everything else has spans or StringRefs into it, so
// it must outlive them. Offsets are bytes from the start, below 4 GiB (readers reject larger
// files). A Position counts lines and columns from 1, with columns in bytes. Here a line ends at
// `\n`, `\r\n` or a lone `\r`, as in editors; compiler/syntax defines where a line ends for a
// kernel.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/numbers.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::support {

// Bytes [begin, end) of one buffer.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  constexpr std::uint32_t size() const { return end - begin; }
  constexpr bool empty() const { return begin == end; }
  friend constexpr bool operator==(const Span&, const Span&) = default;
};

// The `size` bytes from `begin` on.
constexpr Span SpanAt(std::size_t begin, std::size_t size) {
  return {ToU32(begin), ToU32(begin + size)};
}

// Where `part` is in `text`, which it must be a part of.
inline Span SpanIn(std::string_view text, std::string_view part) {
  return SpanAt(ToSize(part.data() - text.data()), part.size());
}

struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  friend constexpr bool operator==(const Position&, const Position&) = default;
};

class SourceBuffer {
 public:
  SourceBuffer() = default;
  SourceBuffer(std::string name, std::string bytes)
      : name_(std::move(name)), bytes_(std::move(bytes)) {}

  // The user's name of the input, such as a path; `<stdin>` for standard input.
  const std::string& name() const { return name_; }
  llvm::StringRef text() const { return bytes_; }
  std::uint32_t size() const { return ToU32(bytes_.size()); }
  llvm::StringRef text(Span span) const { return text().substr(span.begin, span.size()); }
  // Where `part` is, which must be a part of this text and not a copy.
  Span SpanOf(std::string_view part) const { return SpanIn(text(), part); }

 private:
  std::string name_;
  std::string bytes_;
};

// Line starts of a text, for look-ups between offset and line in O(log lines). Reads the text only
// while it is constructed or updated.
class LineMap {
 public:
  explicit LineMap(std::string_view text);

  // The bytes `replaced` of the old text were replaced with `size` other bytes, giving `text`.
  // Reads only the lines around them.
  void Update(std::string_view text, Span replaced, std::uint32_t size);

  Position PositionOf(std::uint32_t offset) const;
  std::uint32_t line_count() const { return ToU32(starts_.size()); }
  // The bytes of line `line` (from 1), without its line ending.
  Span LineSpan(std::string_view text, std::uint32_t line) const;

  friend bool operator==(const LineMap&, const LineMap&) = default;

 private:
  std::vector<std::uint32_t> starts_;
};

}  // namespace ipec::support
