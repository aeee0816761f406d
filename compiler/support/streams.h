#pragma once

// Byte streams that report errors: standard input and output of the program, files that are too
// long to hold in memory, and strings in tests.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::support {

// The system's message for the error, beginning with a lowercase letter: "no space left on device".
std::string Describe(std::error_code error);
inline std::string DescribeErrno(int number) {
  return Describe(std::error_code(number, std::generic_category()));
}

// An error whose text is exactly `words`.
llvm::Error ErrorOf(const std::string& words);

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Reads up to `room` bytes, as soon as any are available; returns 0 at the end.
  virtual llvm::Expected<std::size_t> Read(char* bytes, std::size_t room) = 0;
  // Waits until Read would return immediately, for at most the given time; returns whether it
  // would.
  virtual bool WaitFor(std::chrono::milliseconds) { return true; }
};

// A file descriptor; not closed unless `owned`.
class DescriptorSource final : public ByteSource {
 public:
  DescriptorSource(int descriptor, std::string name, bool owned)
      : descriptor_(descriptor), name_(std::move(name)), owned_(owned) {}
  DescriptorSource(const DescriptorSource&) = delete;
  DescriptorSource& operator=(const DescriptorSource&) = delete;
  ~DescriptorSource() override;
  llvm::Expected<std::size_t> Read(char* bytes, std::size_t room) override;
  bool WaitFor(std::chrono::milliseconds most) override;

 private:
  int descriptor_;
  std::string name_;
  bool owned_;
};

class StringSource final : public ByteSource {
 public:
  explicit StringSource(std::string bytes) : bytes_(std::move(bytes)) {}
  llvm::Expected<std::size_t> Read(char* bytes, std::size_t room) override;

 private:
  std::string bytes_;
  std::size_t position_ = 0;
};

// Everything that `source` has, up to `most` bytes; more is an error, because memory is limited.
llvm::Expected<std::string> ReadAll(ByteSource& source, const std::string& name, std::size_t most);

// The first `most` bytes of `source`, or all that it has.
llvm::Expected<std::string> ReadAtMost(ByteSource& source, std::size_t most);

// An output stream that stores the first error instead of ending the program. After an error it
// writes nothing more.
class Output : public llvm::raw_ostream {
 public:
  std::error_code error() const { return error_; }

 protected:
  using llvm::raw_ostream::raw_ostream;
  std::error_code error_;
};

class DescriptorOutput final : public Output {
 public:
  explicit DescriptorOutput(int descriptor, bool unbuffered = false);
  ~DescriptorOutput() override;

 private:
  void write_impl(const char* bytes, std::size_t size) override;
  std::uint64_t current_pos() const override { return position_; }
  std::size_t preferred_buffer_size() const override { return std::size_t{1} << 16; }

  int descriptor_;
  std::uint64_t position_ = 0;
};

class StringOutput final : public Output {
 public:
  StringOutput() : Output(/*unbuffered=*/true) {}
  ~StringOutput() override { flush(); }
  const std::string& str() const { return text_; }

 private:
  void write_impl(const char* bytes, std::size_t size) override { text_.append(bytes, size); }
  std::uint64_t current_pos() const override { return text_.size(); }

  std::string text_;
};

// Splits a source into lines of at most `longest` bytes. Holds one line and one block at a time.
class LineReader {
 public:
  LineReader(ByteSource& source, std::size_t longest) : source_(source), longest_(longest) {}

  enum class State { Line, End, TooLong };
  // The next line, without `\n` or `\r\n`, valid until the next call. `before_wait` is called
  // before every read from the source, so that pending output can be flushed first. After TooLong,
  // line() is the beginning of the line, and the rest of it is skipped.
  template <typename BeforeWait>
  llvm::Expected<State> Next(BeforeWait before_wait) {
    while (!Take()) {
      if (ended_) return Rest();
      before_wait();
      if (llvm::Error error = Fill()) return error;
    }
    return state_;
  }
  std::string_view line() const { return line_; }
  std::size_t number() const { return number_; }  // of line(), from 1

 private:
  bool Take();   // a whole line from the buffer
  State Rest();  // the text after the last `\n`
  llvm::Error Fill();

  ByteSource& source_;
  std::size_t longest_;
  std::string buffer_;
  std::size_t begin_ = 0;     // start of the unconsumed bytes
  std::size_t searched_ = 0;  // no `\n` in [begin_, searched_)
  std::string_view line_;
  std::size_t number_ = 0;
  State state_ = State::Line;
  bool skipping_ = false;
  bool ended_ = false;
};

}  // namespace ipec::support
