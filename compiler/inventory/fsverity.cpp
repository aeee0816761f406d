#include "compiler/inventory/fsverity.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

#include "compiler/inventory/trouble.h"
#include "compiler/sign/hash.h"
#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"
#include "llvm/Support/Endian.h"

namespace ipec::inventory {
namespace {

namespace endian = llvm::support::endian;

constexpr std::size_t kPieceOfFile = std::size_t{1} << 18;
constexpr std::size_t kDescriptor = 256;
constexpr std::size_t kMostFileSalt = 32;

struct AlgorithmRow {
  std::string_view name;
  std::uint8_t number;  // in descriptors
};
constexpr AlgorithmRow kAlgorithms[] = {AlgorithmRow{"sha256", 1}, AlgorithmRow{"sha512", 2}};

// Each level keeps only its last block, which is not full yet.
class FileTree {
 public:
  FileTree(sign::BlockHasher hasher, std::size_t block, std::size_t digest)
      : hasher_(std::move(hasher)), block_(block), digest_(digest) {}

  void AddData(std::span<const std::uint8_t> block) { Hash(block, 0); }

  // The hash of the top block; of one block of data, its own.
  Bytes Root() {
    for (std::size_t level = 0;; ++level) {
      if (level + 1 == levels_.size() && levels_[level].size() == digest_) {
        return std::move(levels_[level]);
      }
      Close(level);
    }
  }

 private:
  void Hash(std::span<const std::uint8_t> block, std::size_t level) {
    if (level == levels_.size()) levels_.emplace_back();
    // A block is closed when there is more, so that the top level is known at the end.
    if (levels_[level].size() == block_) Close(level);
    Bytes& into = levels_[level];
    into.resize(into.size() + digest_);
    hasher_.Hash(block, into.data() + into.size() - digest_);
  }

  void Close(std::size_t level) {
    Bytes block = std::exchange(levels_[level], {});
    block.resize(block_);
    Hash(block, level + 1);
  }

  sign::BlockHasher hasher_;
  std::size_t block_;
  std::size_t digest_;
  std::vector<Bytes> levels_;
};

// Padded to the block that the algorithm works on.
llvm::Expected<sign::BlockHasher> SaltedHasher(const sign::BlockHash& hash,
                                               std::span<const std::uint8_t> salt) {
  std::optional<sign::BlockHasher> plain = sign::BlockHasher::Make(hash);
  IPEC_CHECK(plain.has_value(), "OpenSSL has no SHA-2");
  if (salt.empty()) return std::move(*plain);
  Bytes padded(salt.begin(), salt.end());
  padded.resize(plain->inner_block());
  return std::move(*sign::BlockHasher::Make(hash, padded));
}

}  // namespace

bool IsFsVerityBlock(std::uint64_t size) {
  return std::has_single_bit(size) && size >= 1024 && size <= 65536;
}

llvm::Expected<Bytes> FsVerityDigest(const Region& file, const FsVerity& how,
                                     std::span<const std::uint8_t> salt) {
  const auto* const row =
      std::find_if(std::begin(kAlgorithms), std::end(kAlgorithms),
                   [&](const AlgorithmRow& one) { return one.name == how.algorithm; });
  IPEC_CHECK(
      row != std::end(kAlgorithms) && IsFsVerityBlock(how.block) && salt.size() <= kMostFileSalt,
      "impossible parameters of fs-verity");
  const sign::BlockHash& hash = *sign::FindBlockHash(row->name);
  const std::size_t size = DigestSize(hash);
  Bytes root;  // of an empty file: zeros
  if (file.size() > 0) {
    llvm::Expected<sign::BlockHasher> hasher = SaltedHasher(hash, salt);
    if (!hasher) return hasher.takeError();
    FileTree tree(std::move(*hasher), how.block, size);
    Bytes piece(std::max<std::size_t>(kPieceOfFile, how.block));
    for (std::uint64_t at = 0; at < file.size(); at += piece.size()) {
      const std::uint64_t left = std::min<std::uint64_t>(piece.size(), file.size() - at);
      if (llvm::Error error = file.Read(at, {piece.data(), left})) return error;
      const std::uint64_t blocks = (left + how.block - 1) / how.block;
      std::fill(piece.begin() + support::ToOffset(left),
                piece.begin() + support::ToOffset(blocks * how.block), 0);
      for (std::uint64_t i = 0; i < blocks; ++i) {
        tree.AddData({piece.data() + i * how.block, how.block});
      }
    }
    root = tree.Root();
  }
  Bytes descriptor(kDescriptor);
  descriptor[0] = 1;
  descriptor[1] = row->number;
  descriptor[2] = static_cast<std::uint8_t>(std::countr_zero(how.block));
  descriptor[3] = static_cast<std::uint8_t>(salt.size());
  endian::write64le(descriptor.data() + 8, file.size());
  std::copy(root.begin(), root.end(), descriptor.begin() + 16);
  std::copy(salt.begin(), salt.end(), descriptor.begin() + 80);
  Bytes digest(size);
  sign::BlockHasher::Make(hash)->Hash(descriptor, digest.data());
  return digest;
}

}  // namespace ipec::inventory
