#include "compiler/sign/ber.h"

#include <cstdint>

#include "compiler/support/numbers.h"

namespace ipec::sign {
namespace {

constexpr unsigned char kLongTag = 0x1F;
constexpr unsigned char kIndefinite = 0x80;
// Maximum number of bytes of a length. Elements longer than two bytes can express are rejected
// before they are decoded, so such lengths are read only this far.
constexpr std::size_t kMostLengthBytes = 2;
constexpr std::size_t kMostLengthBytesOfMore = 4;

}  // namespace

std::string Describe(const BerFailure& failure) {
  if (failure.is_truncated) return "it is truncated";
  return "byte " + std::to_string(failure.at + 1) + " is not the expected one";
}

void BerReader::Fail(BerFailure failure) {
  if (!failure_) failure_ = failure;
}

bool BerReader::ReadLength(unsigned char tag, Head& head) {
  const std::size_t where = at_;
  const unsigned char first = Byte(at_++);
  head.length = first;
  if (first == kIndefinite) {
    head.indefinite = true;
    head.length = 0;
    if ((tag & kHasParts) == 0) Fail({where});
    if (left() < 2) Fail({where, /*is_truncated=*/true});
    return !failed();
  }
  if (first > kIndefinite) {
    const std::size_t count = first - std::size_t{kIndefinite};
    const std::size_t most = bytes_.size() > UINT16_MAX ? kMostLengthBytesOfMore : kMostLengthBytes;
    if (count > most) Fail({where});
    if (count > left()) Fail({where, /*is_truncated=*/true});
    if (failed()) return false;
    head.length = 0;
    for (std::size_t i = 0; i < count; ++i) head.length = head.length << 8U | Byte(at_++);
  }
  if (head.length > left()) Fail({where, /*is_truncated=*/true});
  return !failed();
}

std::optional<BerReader::Head> BerReader::Next(std::optional<Tag> tag, bool may_miss) {
  if (failed() || (may_miss && AtEnd())) return std::nullopt;
  Head head;
  head.begin = at_;
  if (left() < 2) {
    Fail({at_, /*is_truncated=*/true});
    return std::nullopt;
  }
  head.tag = Byte(at_);
  // A primitive tag also matches a constructed element, but not the reverse.
  const bool fits = !tag || ((*tag ^ head.tag) & ~(*tag & kHasParts)) == 0;
  if ((head.tag & kLongTag) == kLongTag || (!fits && !may_miss)) Fail();
  if (failed() || !fits) return std::nullopt;
  ++at_;
  if (!ReadLength(head.tag, head)) return std::nullopt;
  return head;
}

std::optional<Element> BerReader::Leaf(std::optional<Tag> tag, bool may_miss) {
  const std::optional<Head> head = Next(tag, may_miss);
  if (!head) return std::nullopt;
  std::size_t length = head->length;
  if (head->indefinite) {
    const std::optional<std::size_t> found = FindEnd();
    if (!found) {
      Fail({head->begin, /*is_truncated=*/true});
      return std::nullopt;
    }
    length = *found;
  }
  Element element;
  element.tag = head->tag;
  element.content = bytes_.substr(at_, length);
  at_ += length;
  element.whole = bytes_.slice(head->begin, at_);
  return element;
}

std::optional<std::size_t> BerReader::FindEnd() const {
  std::size_t at = at_;
  for (std::size_t open = 1; open > 0;) {
    if (end_ - at < 2) return std::nullopt;
    const unsigned char tag = Byte(at++);
    if (tag == 0) {
      if (Byte(at++) != 0) return std::nullopt;
      --open;
      continue;
    }
    if ((tag & kLongTag) == kLongTag) {
      do {
        if (end_ - at < 2) return std::nullopt;
      } while ((Byte(at++) & 0x80U) != 0);
    }
    std::size_t length = Byte(at++);
    if (length == kIndefinite) {
      if ((tag & kHasParts) == 0) return std::nullopt;
      ++open;
      continue;
    }
    if (length > kIndefinite) {
      const std::size_t count = length - kIndefinite;
      if (count > sizeof length - 1 || count > end_ - at) return std::nullopt;
      length = 0;
      for (std::size_t i = 0; i < count; ++i) length = length << 8U | Byte(at++);
    }
    if (length > end_ - at) return std::nullopt;
    at += length;
  }
  return at - at_;
}

bool BerReader::Go(Tag tag, bool may_miss) {
  const std::optional<Head> head = Next(tag, may_miss);
  if (!head) return false;
  outer_.push_back({end_, head->indefinite});
  if (!head->indefinite) end_ = at_ + head->length;
  return true;
}

void BerReader::Leave() {
  if (failed()) return;
  const Outer outer = outer_.back();
  outer_.pop_back();
  if (!outer.indefinite) {
    if (!AtEnd()) return Fail();
    end_ = outer.end;
    return;
  }
  if (left() < 2) return Fail({at_, /*is_truncated=*/true});
  if (Byte(at_) != 0 || Byte(at_ + 1) != 0) return Fail();
  at_ += 2;
}

bool BerReader::More() {
  if (failed()) return false;
  if (!outer_.back().indefinite) return !AtEnd();
  if (left() < 2) {
    Fail({at_, /*is_truncated=*/true});
    return false;
  }
  return Byte(at_) != 0;
}

std::string Dotted(llvm::StringRef object_id) {
  constexpr std::size_t kLongest = 64;
  if (object_id.size() > kLongest) return {};
  std::string text;
  std::uint64_t number = 0;
  bool inside = false;
  for (const char letter : object_id) {
    const unsigned char byte = support::ToByte(letter);
    if (!inside && byte == 0x80) return {};
    number = number << 7U | (byte & 0x7FU);
    if (number > UINT32_MAX) return {};
    inside = (byte & 0x80U) != 0;
    if (inside) continue;
    if (text.empty()) {
      const std::uint64_t first = number < 40 ? 0 : number < 80 ? 1 : 2;
      text = std::to_string(first);
      number -= first * 40;
    }
    text += '.' + std::to_string(number);
    number = 0;
  }
  return inside ? std::string() : text;
}

}  // namespace ipec::sign
