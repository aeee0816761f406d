#pragma once

// Elements of BER as a kernel's decoder takes them: neither all of BER nor DER alone. Lengths have
// at most two bytes, tags one; an element that has parts may be of indefinite length. Longer
// lengths are taken where the whole is so long that no kernel looks into it.
//
// Nothing here fails loudly: after the first thing that is wrong nothing is found any more, so that
// a caller reads a whole structure and asks once.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "llvm/ADT/StringRef.h"

namespace ipec::sign {

// The tags of what signed files are made of.
enum Tag : unsigned char {
  kBoolean = 0x01,
  kInteger = 0x02,
  kBitString = 0x03,
  kOctetString = 0x04,
  kObjectId = 0x06,
  kUtcTime = 0x17,
  kGeneralizedTime = 0x18,
  kSequence = 0x30,
  kSet = 0x31,
};
inline constexpr unsigned char kHasParts = 0x20;

// A tag that only its place gives a meaning, for one value or for one that has parts.
constexpr Tag Plain(unsigned number) {
  return static_cast<Tag>(0x80U | number);
}
constexpr Tag Parts(unsigned number) {
  return static_cast<Tag>(0xA0U | number);
}

struct Element {
  unsigned char tag = 0;
  llvm::StringRef content;  // of indefinite length: with the mark of its end
  llvm::StringRef whole;    // with tag and length
};

class BerReader {
 public:
  explicit BerReader(llvm::StringRef bytes) : bytes_(bytes), end_(bytes.size()) {}

  // One that must be next.
  Element Take(Tag tag) { return Leaf(tag, /*may_miss=*/false).value_or(Element()); }
  Element TakeAny() { return Leaf(std::nullopt, /*may_miss=*/false).value_or(Element()); }
  // One that may be next.
  std::optional<Element> TakeIf(Tag tag) { return Leaf(tag, /*may_miss=*/true); }
  std::optional<Element> TakeAnyIf() { return Leaf(std::nullopt, /*may_miss=*/true); }

  // Into one that must, or may, be next; `true`: its parts are next, and then Leave.
  bool Enter(Tag tag) { return Go(tag, /*may_miss=*/false); }
  bool EnterIf(Tag tag) { return Go(tag, /*may_miss=*/true); }
  void Leave();
  // In a list, which was entered: whether there is another one.
  bool More();
  // Where the reader is, and what was read since.
  std::size_t at() const { return at_; }
  llvm::StringRef Since(std::size_t begin) const { return bytes_.slice(begin, at_); }
  // Whether nothing is left of what surrounds; in one of indefinite length, of what surrounds that.
  bool AtEnd() const { return at_ == end_; }

  // The next element is not one that belongs there.
  void Fail() { Fail(at_, /*ends=*/false); }
  bool failed() const { return failed_; }
  // Why, human-readable.
  std::string reason() const;

 private:
  struct Head {
    unsigned char tag = 0;
    std::size_t begin = 0;
    std::size_t length = 0;
    bool indefinite = false;
  };
  std::optional<Head> Next(std::optional<Tag> tag, bool may_miss);
  std::optional<Element> Leaf(std::optional<Tag> tag, bool may_miss);
  bool Go(Tag tag, bool may_miss);
  // The length at `at_`; false: failed.
  bool ReadLength(unsigned char tag, Head& head);
  // What stands from `at_` to behind the mark that ends an element of indefinite length.
  std::optional<std::size_t> FindEnd() const;
  std::size_t left() const { return end_ - at_; }
  unsigned char Byte(std::size_t at) const { return static_cast<unsigned char>(bytes_[at]); }
  void Fail(std::size_t where, bool ends);

  struct Outer {
    std::size_t end;
    bool indefinite;  // what was entered
  };
  llvm::StringRef bytes_;
  std::size_t at_ = 0;
  std::size_t end_;
  std::vector<Outer> outer_;
  bool failed_ = false;
  bool ends_ = false;  // failed because something is longer than what surrounds it
  std::size_t failed_at_ = 0;
};

// `1.2.840.113549.1.7.2` for the content of an object identifier; nothing where it is not written
// as DER asks for, has numbers of more than 32 bits, or is longer than any that has a meaning.
std::string Dotted(llvm::StringRef object_id);

}  // namespace ipec::sign
