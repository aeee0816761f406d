#pragma once

// The hash tree of a dm-verity volume: its superblock, version 1, and its levels, from the top.
// Each level has the digests of the blocks of the next one, the last level those of the data.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/inventory/region.h"
#include "compiler/sign/hash.h"
#include "llvm/Support/Error.h"

namespace ipec::inventory {

inline constexpr std::size_t kSuperblockSize = 512;

struct Superblock {
  bool salt_first = true;  // hash type 1: H(salt ‖ block); type 0, of Chrome OS: H(block ‖ salt)
  std::string algorithm;   // the kernel's name
  const sign::BlockHash* hash = nullptr;
  std::uint32_t data_block = 0;  // sizes in bytes
  std::uint32_t hash_block = 0;
  std::uint64_t blocks = 0;  // of data
  Bytes salt;
};

// Whether the bytes begin as a superblock does.
bool HasVerityMagic(std::span<const std::uint8_t> bytes);

class VerityTree {
 public:
  // The superblock at `offset` of a hash device, and the places of its levels. Malformed if
  // `hashes` does not have room for them.
  static llvm::Expected<VerityTree> Read(const Region& hashes, std::uint64_t offset);

  const Superblock& superblock() const { return superblock_; }
  std::uint64_t data_size() const { return superblock_.blocks * superblock_.data_block; }
  // A single block of data has no tree: its own hash is the root hash.
  bool has_blocks() const { return !levels_.empty(); }

  // From the top block. `data` is needed only for a volume without a tree.
  llvm::Expected<Bytes> RootHash(const Region* data) const;

  struct Verification {
    unsigned threads = 1;
    // Called from time to time by the caller's thread with the share that is done; may be empty.
    std::function<void(std::uint64_t done, std::uint64_t all)> progress;
  };
  // Compares the whole tree with `root` and `data` with the tree. Reads every block once, in
  // several threads; memory does not depend on the size of the volume. The error is a Contradiction
  // that names the first block that does not match, from the top.
  llvm::Error Verify(std::span<const std::uint8_t> root, const Region& data,
                     const Verification& how) const;

  // The size of a tree without its superblock; nothing if no device is that large.
  static std::optional<std::uint64_t> SizeFor(std::uint64_t blocks, std::uint32_t hash_block,
                                              std::size_t digest_size);

 private:
  struct Level {
    std::uint64_t position;  // in the hash device
    std::uint64_t blocks;
  };
  class Worker;

  VerityTree(const Region& hashes, Superblock superblock)
      : hashes_(hashes), superblock_(std::move(superblock)) {}
  llvm::Error LayOut(std::uint64_t begin);
  llvm::Expected<sign::BlockHasher> Hasher() const;

  Region hashes_;
  Superblock superblock_;
  std::vector<Level> levels_;   // from the top
  std::uint64_t children_ = 0;  // of a hash block
  std::size_t stride_ = 0;      // from one digest in a hash block to the next
};

}  // namespace ipec::inventory
