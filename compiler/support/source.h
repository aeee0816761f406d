#pragma once

// Policy text as it was read: bytes with a name, spans into them, and places for people.
//
// A SourceBuffer owns the bytes of one input; everything else holds spans or StringRefs into it, so
// it must outlive them. Offsets are bytes from the start, below 4 GiB (readers refuse larger
// files). A Position counts lines and columns from 1, columns in bytes. For people a line ends at
// `\n`,
// `\r\n` or a lone `\r`, as in editors; what ends a line for a kernel is compiler/syntax's
// business.

#include <cstdint>
#include <string>
#include <vector>

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

  // What the user called the input, e.g. a path; `<stdin>` for standard input.
  const std::string& name() const { return name_; }
  llvm::StringRef text() const { return bytes_; }
  llvm::StringRef text(Span span) const { return text().substr(span.begin, span.size()); }

 private:
  std::string name_;
  std::string bytes_;
};

// Line starts of a text, for offset <-> line look-ups in O(log lines). Views the text only while it
// is made or updated.
class LineMap {
 public:
  explicit LineMap(llvm::StringRef text);

  // The bytes `replaced` of the text before were replaced by `size` others, which made `text`.
  // Looks at the lines around them only.
  void Update(llvm::StringRef text, Span replaced, std::uint32_t size);

  Position PositionOf(std::uint32_t offset) const;
  std::uint32_t line_count() const { return static_cast<std::uint32_t>(starts_.size()); }
  // The bytes of line `line` (from 1), without its terminator.
  Span LineSpan(llvm::StringRef text, std::uint32_t line) const;

  friend bool operator==(const LineMap&, const LineMap&) = default;

 private:
  std::vector<std::uint32_t> starts_;
};

}  // namespace ipec::support
