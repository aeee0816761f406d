#pragma once

// The fs-verity digest of a file: the digest of a descriptor that contains the root of a hash tree
// over its blocks.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "compiler/inventory/region.h"
#include "llvm/Support/Error.h"

namespace ipec::inventory {

struct FsVerity {
  std::string_view algorithm = "sha256";  // or sha512
  std::uint32_t block = 4096;
};

// As the kernel: a power of two from 1024 to 65536.
bool IsFsVerityBlock(std::uint64_t size);

// Reads the file once, in pieces. `salt` has at most 32 bytes.
llvm::Expected<Bytes> FsVerityDigest(const Region& file, const FsVerity& how,
                                     std::span<const std::uint8_t> salt = {});

}  // namespace ipec::inventory
