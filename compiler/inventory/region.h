#pragma once

// A part of a file that is read like a device of its own: a whole input, or a partition.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "compiler/support/random_reads.h"
#include "llvm/Support/Error.h"

namespace ipec::inventory {

using Bytes = std::vector<std::uint8_t>;

class Region {
 public:
  // `place` is as in messages: "`a.raw`" or "`a.raw`, partition 2".
  Region(const support::RandomReads& file, std::string place)
      : file_(&file), size_(file.size()), place_(std::move(place)) {}

  // The part must be inside: see Contains.
  Region Part(std::uint64_t offset, std::uint64_t size, std::string place) const;
  bool Contains(std::uint64_t offset, std::uint64_t size) const {
    return offset <= size_ && size <= size_ - offset;
  }

  std::uint64_t size() const { return size_; }
  const std::string& place() const { return place_; }
  // "byte 4096 of `a.raw`", counted from the beginning of the file.
  std::string PlaceOf(std::uint64_t offset) const;

  // Malformed if the region ends before.
  llvm::Error Read(std::uint64_t offset, std::span<std::uint8_t> bytes) const;
  // The first `most` bytes, or all that there are.
  llvm::Expected<Bytes> Beginning(std::uint64_t offset, std::size_t most) const;

 private:
  const support::RandomReads* file_;
  std::uint64_t begin_ = 0;
  std::uint64_t size_;
  std::string place_;
  std::string file_place_;  // of the file; empty: this is the whole file
};

}  // namespace ipec::inventory
