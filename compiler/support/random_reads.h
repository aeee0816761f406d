#pragma once

// Files that are too large to hold in memory and are read at any place: images and block devices.

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "llvm/Support/Error.h"

namespace ipec::support {

class RandomReads {
 public:
  virtual ~RandomReads() = default;
  virtual std::uint64_t size() const = 0;
  // Reads exactly `bytes.size()` bytes; fewer are an error. Several threads may read at once.
  virtual llvm::Error ReadAt(std::uint64_t offset, std::span<std::uint8_t> bytes) const = 0;
};

class StringReads final : public RandomReads {
 public:
  StringReads(std::string bytes, std::string name)
      : bytes_(std::move(bytes)), name_(std::move(name)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  llvm::Error ReadAt(std::uint64_t offset, std::span<std::uint8_t> bytes) const override;

 private:
  std::string bytes_;
  std::string name_;
};

// A regular file or a block device. The descriptor is closed at the end.
class DescriptorReads final : public RandomReads {
 public:
  DescriptorReads(int descriptor, std::uint64_t size, std::string name)
      : descriptor_(descriptor), size_(size), name_(std::move(name)) {}
  DescriptorReads(const DescriptorReads&) = delete;
  DescriptorReads& operator=(const DescriptorReads&) = delete;
  ~DescriptorReads() override;
  std::uint64_t size() const override { return size_; }
  llvm::Error ReadAt(std::uint64_t offset, std::span<std::uint8_t> bytes) const override;

 private:
  int descriptor_;
  std::uint64_t size_;
  std::string name_;
};

}  // namespace ipec::support
