#include "compiler/inventory/verity_tree.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "compiler/inventory/digest_text.h"
#include "compiler/inventory/trouble.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "compiler/support/workers.h"
#include "llvm/Support/Endian.h"

namespace ipec::inventory {
namespace {

namespace endian = llvm::support::endian;

constexpr std::string_view kVerityMagic("verity\0\0", 8);
// As in libcryptsetup.
constexpr std::uint32_t kLeastBlock = 512;
constexpr std::uint32_t kMostBlock = 512 << 10;
constexpr std::size_t kMostSalt = 256;
// Of a device, as the kernel counts them.
constexpr std::uint64_t kMostBytes = std::numeric_limits<std::int64_t>::max();
// Read at a time, so that blocks of any size need little memory.
constexpr std::uint64_t kPiece = std::uint64_t{1} << 18;
// Hash blocks that a thread takes at once: the data below them is at least about a megabyte.
constexpr std::uint64_t kDataOfUnit = std::uint64_t{1} << 20;

bool IsBlockSize(std::uint32_t size) {
  return std::has_single_bit(size) && size >= kLeastBlock && size <= kMostBlock;
}

llvm::Expected<Superblock> Parse(std::span<const std::uint8_t> bytes, const std::string& place) {
  const auto malformed = [&](const std::string& why) {
    return Malformed("malformed dm-verity superblock at " + place + ": " + why);
  };
  const std::uint8_t* const at = bytes.data();
  if (!HasVerityMagic(bytes)) return malformed("it does not begin with `verity`");
  const std::uint32_t version = endian::read32le(at + 8);
  const std::uint32_t type = endian::read32le(at + 12);
  if (version != 1) return malformed("version " + std::to_string(version) + ", known is 1");
  if (type > 1) return malformed("hash type " + std::to_string(type) + ", known are 0 and 1");
  Superblock read;
  read.salt_first = type == 1;
  const auto* const name = reinterpret_cast<const char*>(at + 32);
  read.algorithm.assign(name, ::strnlen(name, 32));
  read.hash = sign::FindBlockHash(read.algorithm);
  if (read.hash == nullptr) {
    return malformed("unknown hash algorithm " +
                     support::Quoted(support::Abbreviated(read.algorithm)));
  }
  read.data_block = endian::read32le(at + 64);
  read.hash_block = endian::read32le(at + 68);
  for (const std::uint32_t size : {read.data_block, read.hash_block}) {
    if (IsBlockSize(size)) continue;
    return malformed("blocks of " + std::to_string(size) +
                     " bytes; sizes are powers of two from 512 to 524288");
  }
  read.blocks = endian::read64le(at + 72);
  const std::uint64_t most = kMostBytes / read.data_block;
  if (read.blocks == 0 || read.blocks > most) {
    return malformed(std::to_string(read.blocks) + " blocks of data");
  }
  const std::size_t salt = endian::read16le(at + 80);
  if (salt > kMostSalt) {
    return malformed("a salt of " + std::to_string(salt) + " bytes, the longest has 256");
  }
  read.salt.assign(at + 88, at + 88 + salt);
  return read;
}

}  // namespace

bool HasVerityMagic(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= kVerityMagic.size() &&
         std::memcmp(bytes.data(), kVerityMagic.data(), kVerityMagic.size()) == 0;
}

llvm::Expected<VerityTree> VerityTree::Read(const Region& hashes, std::uint64_t offset) {
  Bytes bytes(kSuperblockSize);
  if (llvm::Error error = hashes.Read(offset, bytes)) return error;
  llvm::Expected<Superblock> superblock = Parse(bytes, hashes.PlaceOf(offset));
  if (!superblock) return superblock.takeError();
  VerityTree tree(hashes, std::move(*superblock));
  if (llvm::Error error = tree.LayOut(offset + kSuperblockSize)) return error;
  return tree;
}

llvm::Error VerityTree::LayOut(std::uint64_t begin) {
  const std::uint64_t block = superblock_.hash_block;
  const std::size_t digest = DigestSize(*superblock_.hash);
  children_ = std::bit_floor(block / digest);
  stride_ = superblock_.salt_first ? block / children_ : digest;
  // Levels from the bottom, until one block is left.
  std::vector<std::uint64_t> counts;
  for (std::uint64_t blocks = superblock_.blocks; blocks > 1; counts.push_back(blocks)) {
    blocks = (blocks - 1) / children_ + 1;
  }
  // The beginning is aligned in the device, not after the superblock.
  std::uint64_t position = (begin + block - 1) / block * block;
  for (std::size_t i = counts.size(); i-- > 0;) {
    if (counts[i] > hashes_.size() / block || !hashes_.Contains(position, counts[i] * block)) {
      return Malformed(hashes_.place() + " is cut off: it has " + std::to_string(hashes_.size()) +
                       " bytes, too few for the hash tree of " +
                       std::to_string(superblock_.blocks) + " blocks that begins at " +
                       hashes_.PlaceOf(begin - kSuperblockSize));
    }
    levels_.push_back({position, counts[i]});
    position += counts[i] * block;
  }
  return llvm::Error::success();
}

std::optional<std::uint64_t> VerityTree::SizeFor(std::uint64_t blocks, std::uint32_t hash_block,
                                                 std::size_t digest_size) {
  const std::uint64_t children = std::bit_floor(hash_block / digest_size);
  std::uint64_t all = 0;
  while (blocks > 1) {
    blocks = (blocks - 1) / children + 1;
    all += blocks;
  }
  if (all > kMostBytes / hash_block) return std::nullopt;
  return all * hash_block;
}

llvm::Expected<sign::BlockHasher> VerityTree::Hasher() const {
  const Bytes& salt = superblock_.salt;
  const Bytes none;
  std::optional<sign::BlockHasher> hasher =
      sign::BlockHasher::Make(*superblock_.hash, superblock_.salt_first ? salt : none,
                              superblock_.salt_first ? none : salt);
  if (!hasher) {
    return Malformed(hashes_.place() + ": this OpenSSL does not have the hash algorithm " +
                     support::Quoted(superblock_.algorithm));
  }
  return std::move(*hasher);
}

llvm::Expected<Bytes> VerityTree::RootHash(const Region* data) const {
  llvm::Expected<sign::BlockHasher> hasher = Hasher();
  if (!hasher) return hasher.takeError();
  Bytes block(has_blocks() ? superblock_.hash_block : superblock_.data_block);
  if (!has_blocks() && data == nullptr) {
    return Malformed(hashes_.place() +
                     " is of a volume with one block, whose hash is the root hash: the data is "
                     "needed, too");
  }
  if (llvm::Error error =
          has_blocks() ? hashes_.Read(levels_.front().position, block) : data->Read(0, block)) {
    return error;
  }
  Bytes root(DigestSize(*superblock_.hash));
  hasher->Hash(block, root.data());
  return root;
}

// Hashes the blocks below hash blocks of one level, and compares the digests with those in them.
class VerityTree::Worker {
 public:
  Worker(const VerityTree& tree, const Region& data, std::size_t level, sign::BlockHasher hasher)
      : tree_(tree),
        is_lowest_(level + 1 == tree.levels_.size()),
        below_(is_lowest_ ? data : tree.hashes_),
        level_(tree.levels_[level]),
        block_(is_lowest_ ? tree.superblock_.data_block : tree.superblock_.hash_block),
        begin_(is_lowest_ ? 0 : tree.levels_[level + 1].position),
        count_(is_lowest_ ? tree.superblock_.blocks : tree.levels_[level + 1].blocks),
        hasher_(std::move(hasher)),
        stored_(tree.superblock_.hash_block),
        made_(tree.superblock_.hash_block),
        piece_(std::max<std::uint64_t>(kPiece, block_)) {}

  // Hash blocks from `first` to `last`.
  llvm::Error Check(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t index = first; index < last; ++index) {
      if (llvm::Error error = CheckBlock(index)) return error;
    }
    return llvm::Error::success();
  }

 private:
  llvm::Error CheckBlock(std::uint64_t index) {
    const std::uint64_t at = level_.position + index * tree_.superblock_.hash_block;
    if (llvm::Error error = tree_.hashes_.Read(at, stored_)) return error;
    std::fill(made_.begin(), made_.end(), 0);
    const std::uint64_t first = index * tree_.children_;
    const std::uint64_t last = std::min(count_, first + tree_.children_);
    std::uint8_t* digest = made_.data();
    const std::uint64_t at_once = piece_.size() / block_;
    for (std::uint64_t next = first; next < last; next += at_once) {
      const std::uint64_t blocks = std::min(at_once, last - next);
      if (llvm::Error error = below_.Read(begin_ + next * block_, {piece_.data(), blocks * block_}))
        return error;
      for (std::uint64_t i = 0; i < blocks; ++i, digest += tree_.stride_) {
        hasher_.Hash({piece_.data() + i * block_, block_}, digest);
      }
    }
    if (std::memcmp(stored_.data(), made_.data(), stored_.size()) == 0) {
      return llvm::Error::success();
    }
    return Describe(at, first, last);
  }

  llvm::Error Describe(std::uint64_t at, std::uint64_t first, std::uint64_t last) const {
    const std::size_t size = DigestSize(*tree_.superblock_.hash);
    for (std::uint64_t child = first; child < last; ++child) {
      const std::size_t offset = (child - first) * tree_.stride_;
      if (std::memcmp(stored_.data() + offset, made_.data() + offset, size) == 0) continue;
      const std::string name = is_lowest_ ? "data block " + std::to_string(child) : "a hash block";
      return Contradiction(name + " at " + below_.PlaceOf(begin_ + child * block_) +
                           " does not match the hash tree: its digest is " +
                           ToHex({made_.data() + offset, size}) + ", the tree has " +
                           ToHex({stored_.data() + offset, size}));
    }
    return Contradiction("the hash block at " + tree_.hashes_.PlaceOf(at) +
                         " has other bytes than zeros between its digests");
  }

  const VerityTree& tree_;
  const bool is_lowest_;
  const Region& below_;
  const Level level_;
  const std::size_t block_;
  const std::uint64_t begin_;
  const std::uint64_t count_;
  sign::BlockHasher hasher_;
  Bytes stored_;
  Bytes made_;
  Bytes piece_;
};

llvm::Error VerityTree::Verify(std::span<const std::uint8_t> root, const Region& data,
                               const Verification& how) const {
  if (data.size() < data_size()) {
    return Malformed(data.place() + " is cut off: it has " + std::to_string(data.size()) +
                     " bytes, and the hash tree in " + hashes_.place() + " is of " +
                     std::to_string(data_size()));
  }
  llvm::Expected<Bytes> top = RootHash(&data);
  if (!top) return top.takeError();
  if (!std::equal(top->begin(), top->end(), root.begin(), root.end())) {
    return Contradiction(hashes_.place() + ": the top of the hash tree has the root hash " +
                         ToHex(*top) + ", not " + ToHex(root));
  }
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    const std::uint64_t blocks = levels_[level].blocks;
    const std::uint64_t below = children_ * superblock_.data_block;
    const std::uint64_t unit = std::max<std::uint64_t>(1, kDataOfUnit / below);
    const auto make = [&]() -> support::Work {
      llvm::Expected<sign::BlockHasher> hasher = Hasher();
      IPEC_CHECK(static_cast<bool>(hasher), "the algorithm was there before");
      const auto worker = std::make_shared<Worker>(*this, data, level, std::move(*hasher));
      return [worker, blocks, unit](std::uint64_t index) {
        return worker->Check(index * unit, std::min(blocks, (index + 1) * unit));
      };
    };
    std::function<void(std::uint64_t)> progress;
    if (how.progress && level + 1 == levels_.size()) {
      progress = [&](std::uint64_t done) { how.progress(std::min(done * unit, blocks), blocks); };
    }
    const std::uint64_t units = (blocks - 1) / unit + 1;
    if (llvm::Error error = support::RunInOrder(units, how.threads, make, progress)) return error;
  }
  return llvm::Error::success();
}

}  // namespace ipec::inventory
