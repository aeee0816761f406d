#pragma once

// Messages between an editor and the server: a header with the length, then that many bytes.
// lsp/protocol reads their contents.
//
// A reader that finds malformed input reports the problem, skips it and continues at the next
// header: it never stops before the end of the source, never waits for more bytes than the message
// needs, and stores at most one message.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/support/streams.h"

namespace ipec::lsp {

class MessageReader {
 public:
  // Longer messages are skipped.
  static constexpr std::size_t kLongest = std::size_t{256} << 20;

  explicit MessageReader(support::ByteSource& source, std::size_t longest = kLongest)
      : source_(source), longest_(longest) {}

  // Calls `is_there` every few seconds while no input comes; once it returns false, input ends.
  void WaitOnlyWhile(std::function<bool()> is_there) { is_there_ = std::move(is_there); }
  bool gave_up() const { return gave_up_; }

  enum class State : std::uint8_t {
    Message,    // body() is a message
    Malformed,  // input was skipped; problem() is the reason
    End,        // the source ended; there is a problem() if it ended within a message
  };
  State Next();

  // Valid until the next call.
  std::string_view body() const { return body_; }
  const std::optional<std::string>& problem() const { return problem_; }

 private:
  bool Fill();
  // The next line without its end; false if the source ended before it.
  bool ReadLine(std::string& line);
  bool ReadBody(std::size_t size, bool keep);
  State Malformed(std::string words);
  State EndedWithin(std::string_view what);

  support::ByteSource& source_;
  std::size_t longest_;
  std::function<bool()> is_there_;
  bool gave_up_ = false;
  std::string buffer_;
  std::size_t at_ = 0;
  bool ended_ = false;
  std::string body_;
  std::optional<std::string> problem_;
};

// Thread-safe: a message is written as a whole.
class MessageWriter {
 public:
  explicit MessageWriter(support::Output& out) : out_(out) {}

  void Write(std::string_view body);
  // The reader has closed the connection.
  bool broken();

 private:
  std::mutex mutex_;
  support::Output& out_;
};

}  // namespace ipec::lsp
