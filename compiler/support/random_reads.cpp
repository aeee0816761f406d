#include "compiler/support/random_reads.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "compiler/support/numbers.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::support {
namespace {

llvm::Error EndsBefore(const std::string& name, std::uint64_t size, std::uint64_t offset) {
  return ErrorOf(Quoted(name) + " ends at byte " + std::to_string(size) + ", before byte " +
                 std::to_string(offset));
}

}  // namespace

llvm::Error StringReads::ReadAt(std::uint64_t offset, std::span<std::uint8_t> bytes) const {
  if (offset > bytes_.size() || bytes.size() > bytes_.size() - offset) {
    return EndsBefore(name_, bytes_.size(), offset + bytes.size());
  }
  // memcpy takes no null pointer, not even for no bytes.
  if (!bytes.empty()) std::memcpy(bytes.data(), bytes_.data() + offset, bytes.size());
  return llvm::Error::success();
}

DescriptorReads::~DescriptorReads() {
  ::close(descriptor_);
}

llvm::Error DescriptorReads::ReadAt(std::uint64_t offset, std::span<std::uint8_t> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = ::pread(descriptor_, bytes.data(), bytes.size(), ToOffset(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrorOf(Quoted(name_) + " cannot be read: " + DescribeErrno(errno));
    if (got == 0) return EndsBefore(name_, offset, offset + bytes.size());
    bytes = bytes.subspan(ToSize(got));
    offset += ToSize(got);
  }
  return llvm::Error::success();
}

}  // namespace ipec::support
