#pragma once

// Digests over many blocks, with the kernel's names of algorithms: what dm-verity and fs-verity
// compute. A thumbprint is one digest over one file: thumbprint.h.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace ipec::sign {

inline constexpr std::size_t kLongestDigest = 64;

struct BlockHash;  // a row of hash.cpp

// Null if the kernel's name of an algorithm is unknown.
const BlockHash* FindBlockHash(std::string_view name);
std::string_view Name(const BlockHash& hash);
std::size_t DigestSize(const BlockHash& hash);

// Hashes blocks, each with the same prefix and suffix. Not shared between threads.
class BlockHasher {
 public:
  using Bytes = std::span<const std::uint8_t>;

  // Nothing if OpenSSL does not have the algorithm.
  static std::optional<BlockHasher> Make(const BlockHash& hash, Bytes prefix = {},
                                         Bytes suffix = {});
  BlockHasher(BlockHasher&&) noexcept;
  BlockHasher& operator=(BlockHasher&&) noexcept;
  ~BlockHasher();

  // The size of the blocks that the algorithm itself works on.
  std::size_t inner_block() const;
  // H(prefix ‖ block ‖ suffix), to `digest`, which has room for DigestSize bytes.
  void Hash(Bytes block, std::uint8_t* digest);

 private:
  struct State;
  explicit BlockHasher(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ipec::sign
