#pragma once

// Writes text into the caller's buffer as snprintf does: text beyond the end is counted, not
// written.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "ipec/runtime/evaluate.h"

namespace ipec::runtime {

class Writer {
 public:
  explicit Writer(std::span<char> room) : room_(room.data()), size_(room.size()) {}

  void Put(char byte) {
    if (length_ + 1 < size_) room_[length_] = byte;
    ++length_;
  }
  void Put(std::string_view text) {
    for (const char byte : text) Put(byte);
  }
  void PutUnsigned(std::uint64_t value);
  void PutSigned(std::int64_t value);
  // Uppercase hex, two digits per byte.
  void PutHex(const void* bytes, std::size_t size);
  // As the kernel prints values that a user may have chosen: in quotes, or in hex if they contain
  // `"`, whitespace or a byte that is not visible ASCII.
  void PutUntrusted(std::string_view text);

  // Ends the text with a NUL if there is room for any byte; returns the length without it.
  std::size_t Finish() {
    if (size_ != 0) room_[length_ < size_ ? length_ : size_ - 1] = '\0';
    return length_;
  }

 private:
  char* room_;
  std::size_t size_;
  std::size_t length_ = 0;
};

// The operation, as records name it.
std::string_view RecordName(const Policy& policy, Operation operation);

// The rule or DEFAULT that decided, with the event's values in place of the marks.
void PutRuleText(const Policy& policy, const Event& event, const Decision& decision,
                 Writer& writer);

}  // namespace ipec::runtime
