#include "lsp/transport.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "llvm/ADT/StringRef.h"

namespace ipec::lsp {
namespace {

constexpr std::chrono::seconds kPatience{2};
constexpr std::size_t kBlock = std::size_t{1} << 16;
// No header of a message is nearly this long; anything longer is not a header.
constexpr std::size_t kLongestLine = 8192;

bool IsUtf8(llvm::StringRef content_type) {
  const std::size_t at = content_type.find_insensitive("charset=");
  if (at == llvm::StringRef::npos) return true;
  llvm::StringRef charset = content_type.drop_front(at + 8);
  charset = charset.take_until([](char c) { return c == ';'; }).trim(" \t\"");
  return charset.equals_insensitive("utf-8") || charset.equals_insensitive("utf8");
}

bool ReadLength(llvm::StringRef text, std::uint64_t& length) {
  const auto [end, error] = std::from_chars(text.begin(), text.end(), length);
  return error == std::errc() && end == text.end();
}

}  // namespace

bool MessageReader::Fill() {
  while (!ended_ && is_there_ && !source_.WaitFor(kPatience)) ended_ = gave_up_ = !is_there_();
  if (ended_) return false;
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t size = buffer_.size();
  buffer_.resize(size + kBlock);
  llvm::Expected<std::size_t> got = source_.Read(buffer_.data() + size, kBlock);
  buffer_.resize(size + (got ? *got : 0));
  // An editor that cannot be read from has closed the connection.
  if (!got) llvm::consumeError(got.takeError());
  ended_ = buffer_.size() == size;
  return !ended_;
}

bool MessageReader::ReadLine(std::string& line) {
  line.clear();
  while (true) {
    const std::string_view rest = std::string_view(buffer_).substr(at_);
    const std::size_t found = rest.find('\n');
    const std::size_t size = std::min(found, rest.size());
    line.append(rest.data(),
                std::min(size, kLongestLine + 1 - std::min(line.size(), kLongestLine)));
    at_ += size;
    if (found != std::string_view::npos) {
      ++at_;
      if (!line.empty() && line.back() == '\r') line.pop_back();
      return true;
    }
    if (!Fill()) return false;
  }
}

bool MessageReader::ReadBody(std::size_t size, bool keep) {
  body_.clear();
  while (true) {
    const std::size_t here = std::min(size, buffer_.size() - at_);
    // Grows with the received bytes, not with the announced length.
    if (keep) body_.append(buffer_, at_, here);
    at_ += here;
    size -= here;
    if (size == 0) return true;
    if (!Fill()) return false;
  }
}

MessageReader::State MessageReader::Malformed(std::string words) {
  problem_ = std::move(words);
  return State::Malformed;
}

MessageReader::State MessageReader::EndedWithin(std::string_view what) {
  problem_ = "the editor closed the connection within " + std::string(what);
  return State::End;
}

MessageReader::State MessageReader::Next() {
  problem_.reset();
  // A long message is freed after it was read.
  if (body_.capacity() > 16 * kBlock) std::string().swap(body_);
  std::uint64_t length = 0;
  bool has_length = false;
  bool wrong_length = false;
  bool wrong_charset = false;
  bool any = false;
  std::string line;
  while (true) {
    if (!ReadLine(line)) {
      const bool within = any || !line.empty();
      return within ? EndedWithin("a header") : State::End;
    }
    if (line.empty()) {
      if (!any) continue;  // blank lines between messages are harmless
      break;
    }
    any = true;
    const auto [name, value] = llvm::StringRef(line).split(':');
    if (name.trim().equals_insensitive("Content-Length")) {
      has_length = true;
      wrong_length = !ReadLength(value.trim(), length);
    } else if (name.trim().equals_insensitive("Content-Type")) {
      wrong_charset = !IsUtf8(value);
    }
  }
  if (!has_length) return Malformed("a message without Content-Length");
  if (wrong_length) return Malformed("a Content-Length that is not a number");
  const bool keep = length <= longest_ && !wrong_charset;
  if (!ReadBody(length, keep)) return EndedWithin("a message");
  if (wrong_charset) return Malformed("a message that is not in UTF-8");
  if (!keep) {
    return Malformed("a message of " + std::to_string(length) + " bytes, more than " +
                     std::to_string(longest_));
  }
  return State::Message;
}

void MessageWriter::Write(std::string_view body) {
  const std::lock_guard lock(mutex_);
  out_ << "Content-Length: " << body.size() << "\r\n\r\n"
       << llvm::StringRef(body.data(), body.size());
  out_.flush();
}

bool MessageWriter::broken() {
  const std::lock_guard lock(mutex_);
  return out_.error().value() != 0;
}

}  // namespace ipec::lsp
