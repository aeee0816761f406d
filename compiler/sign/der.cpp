#include "compiler/sign/der.h"

#include "compiler/support/assert.h"
#include "llvm/ADT/SmallVector.h"

namespace ipec::sign {
namespace {

std::string Length(std::size_t length) {
  if (length < 0x80) return {support::ToChar(length)};
  std::string bytes;
  for (; length != 0; length >>= 8U) bytes.insert(bytes.begin(), support::ToChar(length & 0xFFU));
  bytes.insert(bytes.begin(), support::ToChar(0x80U | bytes.size()));
  return bytes;
}

// In groups of seven bits; all but the last have the highest bit set.
std::string Groups(std::uint32_t number) {
  std::string bytes = {support::ToChar(number & 0x7FU)};
  while ((number >>= 7U) != 0) {
    bytes.insert(bytes.begin(), support::ToChar(0x80U | (number & 0x7FU)));
  }
  return bytes;
}

}  // namespace

std::string WriteElement(Tag tag, std::initializer_list<llvm::StringRef> parts) {
  std::size_t size = 0;
  for (const llvm::StringRef part : parts) size += part.size();
  std::string element = {support::ToChar(+tag)};
  element += Length(size);
  element.reserve(element.size() + size);
  for (const llvm::StringRef part : parts) element.append(part.data(), part.size());
  return element;
}

std::string WriteObjectId(std::string_view dotted) {
  llvm::SmallVector<llvm::StringRef, 16> words;
  llvm::StringRef(dotted).split(words, '.');
  std::vector<std::uint32_t> numbers;
  numbers.reserve(words.size());
  for (const llvm::StringRef word : words) {
    std::uint32_t number = 0;
    IPEC_CHECK(!word.getAsInteger(10, number), "malformed object identifier");
    numbers.push_back(number);
  }
  IPEC_CHECK(numbers.size() >= 2, "malformed object identifier");
  std::string content = Groups(numbers[0] * 40 + numbers[1]);
  for (std::size_t i = 2; i < numbers.size(); ++i) content += Groups(numbers[i]);
  return WriteElement(kObjectId, {content});
}

std::string WriteInteger(llvm::StringRef bytes) {
  std::string content = bytes.ltrim('\0').str();
  if (content.empty() || support::ToByte(content[0]) >= 0x80) content.insert(content.begin(), '\0');
  return WriteElement(kInteger, {content});
}

}  // namespace ipec::sign
