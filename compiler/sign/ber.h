#pragma once

// Reads BER elements as a kernel's decoder does, which accepts neither all of BER nor only DER.
// Lengths have at most two bytes, tags one; a constructed element may have indefinite length.
// Longer lengths are accepted if the whole file is so long that no kernel decodes it.
//
// Errors are sticky, as in support::JsonCursor: after the first error every read returns nothing,
// and failure() keeps the error. A structure has dozens of elements, and most readers need none of
// them alone: they read all and check once, where an llvm::Expected for each would need a branch.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "compiler/support/numbers.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::sign {

// The tags of the elements in signed files.
enum Tag : unsigned char {
  kBoolean = 0x01,
  kInteger = 0x02,
  kBitString = 0x03,
  kOctetString = 0x04,
  kNull = 0x05,
  kObjectId = 0x06,
  kUtcTime = 0x17,
  kGeneralizedTime = 0x18,
  kSequence = 0x30,
  kSet = 0x31,
};
inline constexpr unsigned char kHasParts = 0x20;

// A context-specific tag, for a primitive or for a constructed element.
constexpr Tag Plain(unsigned number) {
  return static_cast<Tag>(0x80U | number);
}
constexpr Tag Parts(unsigned number) {
  return static_cast<Tag>(0xA0U | number);
}

struct Element {
  unsigned char tag = 0;
  llvm::StringRef content;  // with indefinite length: includes the end mark
  llvm::StringRef whole;    // includes tag and length
};

// The first error of a reader.
struct BerFailure {
  std::size_t at = 0;
  bool is_truncated = false;  // an element is longer than the one around it
};

// "byte 7 is not the expected one"
std::string Describe(const BerFailure& failure);

class BerReader {
 public:
  explicit BerReader(llvm::StringRef bytes) : bytes_(bytes), end_(bytes.size()) {}

  // Reads an element that must be next.
  Element Take(Tag tag) { return Leaf(tag, /*may_miss=*/false).value_or(Element()); }
  Element TakeAny() { return Leaf(std::nullopt, /*may_miss=*/false).value_or(Element()); }
  // Reads an element that may be next.
  std::optional<Element> TakeIf(Tag tag) { return Leaf(tag, /*may_miss=*/true); }
  std::optional<Element> TakeAnyIf() { return Leaf(std::nullopt, /*may_miss=*/true); }

  // Enters an element that must, or may, be next. If it returns true, the parts of the element are
  // next; call Leave after them.
  bool Enter(Tag tag) { return Go(tag, /*may_miss=*/false); }
  bool EnterIf(Tag tag) { return Go(tag, /*may_miss=*/true); }
  void Leave();
  // In a list that was entered: whether another element follows.
  bool More();
  // The position of the reader, and the bytes read since a position.
  std::size_t at() const { return at_; }
  llvm::StringRef Since(std::size_t begin) const { return bytes_.slice(begin, at_); }
  // Whether the enclosing element has ended; for one of indefinite length, the element around it.
  bool AtEnd() const { return at_ == end_; }

  // Reports that the next element is not allowed here.
  void Fail() { Fail({at_}); }
  bool failed() const { return failure_.has_value(); }
  const std::optional<BerFailure>& failure() const { return failure_; }

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
  // Reads the length at `at_`; false: failed.
  bool ReadLength(unsigned char tag, Head& head);
  // The bytes from `at_` to the end of the mark that ends an element of indefinite length.
  std::optional<std::size_t> FindEnd() const;
  std::size_t left() const { return end_ - at_; }
  unsigned char Byte(std::size_t at) const { return support::ToByte(bytes_[at]); }
  void Fail(BerFailure failure);

  struct Outer {
    std::size_t end;
    bool indefinite;  // of the entered element
  };
  llvm::StringRef bytes_;
  std::size_t at_ = 0;
  std::size_t end_;
  std::vector<Outer> outer_;
  std::optional<BerFailure> failure_;
};

// `1.2.840.113549.1.7.2` for the content of an object identifier; nothing if it is not valid DER,
// has numbers of more than 32 bits, or is longer than any known identifier.
std::string Dotted(llvm::StringRef object_id);

}  // namespace ipec::sign
