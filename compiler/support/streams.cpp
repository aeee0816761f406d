#include "compiler/support/streams.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "compiler/support/numbers.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::support {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 18;

}  // namespace

std::string Describe(std::error_code error) {
  std::string words = error.message();
  // "No space…" becomes "no space…"; "I/O error" is unchanged.
  if (words.size() > 1 && words[1] >= 'a') words[0] = llvm::toLower(words[0]);
  return words;
}

llvm::Error ErrorOf(const std::string& words) {
  return llvm::createStringError(std::make_error_code(std::errc::io_error), words);
}

DescriptorSource::~DescriptorSource() {
  if (owned_) ::close(descriptor_);
}

llvm::Expected<std::size_t> DescriptorSource::Read(char* bytes, std::size_t room) {
  while (true) {
    const ssize_t got = ::read(descriptor_, bytes, std::min(room, std::size_t{1} << 30));
    if (got >= 0) return ToSize(got);
    if (errno == EINTR) continue;
    if (errno == EBADF) return ErrorOf(Quoted(name_) + " is closed, or not open for reading");
    if (errno == EISDIR) return ErrorOf(Quoted(name_) + " is a directory, not a file");
    return ErrorOf(Quoted(name_) + " cannot be read: " + DescribeErrno(errno));
  }
}

bool DescriptorSource::WaitFor(std::chrono::milliseconds most) {
  pollfd waiting{descriptor_, POLLIN, 0};
  const int ready = ::poll(&waiting, 1, ToInt(most.count()));
  // Read reports errors of the descriptor; a signal only ends the wait.
  return ready > 0 || (ready < 0 && errno != EINTR);
}

llvm::Expected<std::size_t> StringSource::Read(char* bytes, std::size_t room) {
  const std::size_t size = std::min(room, bytes_.size() - position_);
  std::memcpy(bytes, bytes_.data() + position_, size);
  position_ += size;
  return size;
}

llvm::Expected<std::string> ReadAtMost(ByteSource& source, std::size_t most) {
  std::string text(most, '\0');
  std::size_t size = 0;
  while (size < most) {
    llvm::Expected<std::size_t> got = source.Read(text.data() + size, most - size);
    if (!got) return got.takeError();
    if (*got == 0) break;
    size += *got;
  }
  text.resize(size);
  return text;
}

llvm::Expected<std::string> ReadAll(ByteSource& source, const std::string& name, std::size_t most) {
  std::string bytes;
  std::size_t size = 0;
  while (true) {
    if (bytes.size() < size + kBlock) bytes.resize(std::max(size + kBlock, bytes.size() * 3 / 2));
    llvm::Expected<std::size_t> got = source.Read(bytes.data() + size, bytes.size() - size);
    if (!got) return got.takeError();
    size += *got;
    if (size > most) {
      const bool in_mib = most >= std::size_t{1} << 20;
      return ErrorOf(Quoted(name) + " has more than " + std::to_string(most >> (in_mib ? 20 : 10)) +
                     (in_mib ? " MiB" : " KiB") + ", the maximum");
    }
    if (*got == 0) break;
  }
  bytes.resize(size);
  bytes.shrink_to_fit();
  return bytes;
}

DescriptorOutput::DescriptorOutput(int descriptor, bool unbuffered)
    : Output(unbuffered), descriptor_(descriptor) {
  if (!unbuffered) SetBuffered();
}

DescriptorOutput::~DescriptorOutput() {
  flush();
}

void DescriptorOutput::write_impl(const char* bytes, std::size_t size) {
  while (size > 0 && !error_) {
    const ssize_t written = ::write(descriptor_, bytes, std::min(size, std::size_t{1} << 30));
    if (written < 0) {
      if (errno == EINTR) continue;
      error_ = std::error_code(errno, std::generic_category());
      return;
    }
    bytes += written;
    size -= ToSize(written);
    position_ += ToSize(written);
  }
}

bool LineReader::Take() {
  if (searched_ >= buffer_.size()) return false;
  const std::size_t end = buffer_.find('\n', searched_);
  if (end == std::string::npos) {
    searched_ = buffer_.size();
    if (skipping_) {
      begin_ = searched_;
      return false;
    }
    if (buffer_.size() - begin_ <= longest_) return false;
    line_ = std::string_view(buffer_).substr(begin_, std::min<std::size_t>(longest_, 80));
    ++number_;
    state_ = State::TooLong;
    skipping_ = true;
    begin_ = searched_;
    return true;
  }
  const std::string_view line = std::string_view(buffer_).substr(begin_, end - begin_);
  begin_ = searched_ = end + 1;
  if (skipping_) {
    skipping_ = false;
    return Take();
  }
  line_ = line;
  ++number_;
  state_ = line_.size() > longest_ ? State::TooLong : State::Line;
  if (line_.ends_with('\r')) line_.remove_suffix(1);
  return true;
}

LineReader::State LineReader::Rest() {
  if (begin_ >= buffer_.size() || skipping_) return State::End;
  line_ = std::string_view(buffer_).substr(begin_);
  if (line_.ends_with('\r')) line_.remove_suffix(1);
  begin_ = searched_ = buffer_.size();
  ++number_;
  return State::Line;
}

llvm::Error LineReader::Fill() {
  // Drops consumed bytes, so the buffer holds one unfinished line and one block.
  buffer_.erase(0, begin_);
  searched_ -= begin_;
  begin_ = 0;
  const std::size_t size = buffer_.size();
  buffer_.resize(size + kBlock);
  llvm::Expected<std::size_t> got = source_.Read(buffer_.data() + size, kBlock);
  buffer_.resize(size + (got ? *got : 0));
  if (!got) return got.takeError();
  ended_ = *got == 0;
  return llvm::Error::success();
}

}  // namespace ipec::support
