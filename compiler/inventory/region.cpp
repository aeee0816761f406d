#include "compiler/inventory/region.h"

#include <algorithm>
#include <utility>

#include "compiler/inventory/trouble.h"
#include "compiler/support/assert.h"

namespace ipec::inventory {

char ScanError::ID = 0;

Region Region::Part(std::uint64_t offset, std::uint64_t size, std::string place) const {
  IPEC_CHECK(Contains(offset, size), "a part that is not inside its region");
  Region part = *this;
  part.begin_ += offset;
  part.size_ = size;
  part.file_place_ = file_place_.empty() ? place_ : file_place_;
  part.place_ = std::move(place);
  return part;
}

std::string Region::PlaceOf(std::uint64_t offset) const {
  return "byte " + std::to_string(begin_ + offset) + " of " +
         (file_place_.empty() ? place_ : file_place_);
}

llvm::Error Region::Read(std::uint64_t offset, std::span<std::uint8_t> bytes) const {
  if (!Contains(offset, bytes.size())) {
    return Malformed(place_ + " is cut off: it has " + std::to_string(size_) +
                     " bytes, and bytes from " + std::to_string(offset) + " to " +
                     std::to_string(offset + bytes.size()) + " are needed");
  }
  return file_->ReadAt(begin_ + offset, bytes);
}

llvm::Expected<Bytes> Region::Beginning(std::uint64_t offset, std::size_t most) const {
  const std::uint64_t rest = offset < size_ ? size_ - offset : 0;
  Bytes bytes(std::min<std::uint64_t>(most, rest));
  if (llvm::Error error = Read(std::min(offset, size_), bytes)) return error;
  return bytes;
}

}  // namespace ipec::inventory
