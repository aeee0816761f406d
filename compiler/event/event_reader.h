#pragma once

// Events as JSON, one object a line, read strictly: whatever could not be an answer of a kernel is
// an error with its column, not a guess. README.md lists the fields; what is absent is absent in
// the kernel, too.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/targets/targets.h"
#include "ipec/runtime/event.h"

namespace ipec::event {

// What a policy's dialect lets an event be.
struct Dialect {
  std::string name;              // for messages
  std::uint16_t operations = 0;  // bits of Operation's numbers; Unknown may be among them
  std::uint16_t hooks = 0;       // bits of Hook's numbers
  bool bare_digests = false;
  bool boot_verified_excludes_dmverity = true;
};
Dialect DialectOf(const targets::Target& target);

// The stamp of an audit record.
struct Stamp {
  std::uint64_t seconds = 0;
  std::uint16_t millis = 0;
  std::uint64_t serial = 0;
};

// The longest line that can be an event worth reading.
inline constexpr std::size_t kLongestLine = std::size_t{1} << 20;

class EventReader {
 public:
  explicit EventReader(Dialect dialect) : dialect_(std::move(dialect)) {}

  // Reads one line. False: problem() and column() (from 1, in bytes) say what is wrong with it.
  bool Read(std::string_view line);

  // Views into `line` and into the reader: valid until the next Read.
  const runtime::Event& event() const { return event_; }
  const Stamp& stamp() const { return stamp_; }

  const std::string& problem() const { return problem_; }
  std::size_t column() const { return column_; }

 private:
  friend struct LineRead;

  Dialect dialect_;
  runtime::Event event_;
  Stamp stamp_;
  std::string strings_;                // decoded strings
  std::vector<std::uint8_t> digests_;  // decoded digests; large enough before the first one
  std::string problem_;
  std::size_t column_ = 0;
};

}  // namespace ipec::event
