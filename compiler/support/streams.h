#pragma once

// Bytes that come and go piece by piece, and whose errors are not lost: standard input and output
// of the program, files too long to hold, and strings in their place in tests.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::support {

// What the system calls the error, beginning with a small letter: "no space left on device".
std::string Words(std::error_code error);
inline std::string WordsOfErrno(int number) {
  return Words(std::error_code(number, std::generic_category()));
}

// An error whose text is `words`, with nothing added.
llvm::Error ErrorOf(const std::string& words);

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // At most `room` bytes, as soon as there are any; 0 at the end.
  virtual llvm::Expected<std::size_t> Read(char* bytes, std::size_t room) = 0;
  // Whether Read, if it is called now, answers at once; where not, waits for that, at most this
  // long.
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

// Everything `source` has, up to `most` bytes; more is an error, because memory is not endless.
llvm::Expected<std::string> ReadAll(ByteSource& source, const std::string& name, std::size_t most);

// A stream to write to that remembers the first error instead of ending the program with it. After
// an error nothing more is written.
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

// Splits a source into lines of at most `longest` bytes, holding one line and one block at a time.
class LineReader {
 public:
  LineReader(ByteSource& source, std::size_t longest) : source_(source), longest_(longest) {}

  enum class State { Line, End, TooLong };
  // The next line, without `\n` or `\r\n`, valid until the next call. `before_wait` is called
  // whenever the source is about to be asked for more, so that whoever waits for answers gets them
  // first. After TooLong (line() is then its beginning) the rest of that line is skipped.
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
  State Rest();  // what stands after the last `\n`
  llvm::Error Fill();

  ByteSource& source_;
  std::size_t longest_;
  std::string buffer_;
  std::size_t begin_ = 0;     // of what is not yet given out
  std::size_t searched_ = 0;  // no `\n` in [begin_, searched_)
  std::string_view line_;
  std::size_t number_ = 0;
  State state_ = State::Line;
  bool skipping_ = false;
  bool ended_ = false;
};

}  // namespace ipec::support
