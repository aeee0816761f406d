#include "compiler/pipeline/git_index.h"

#include <climits>

#include "compiler/support/numbers.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"

namespace ipec::pipeline {
namespace {

using llvm::support::endian::read16be;
using llvm::support::endian::read32be;
using llvm::support::endian::read64be;

constexpr std::size_t kStatSize = 40;  // times, device, inode, mode, owner, size
constexpr std::size_t kModeAt = 24;
constexpr unsigned kExtended = 0x4000;
constexpr unsigned kMostBits = 1U << 28;

class IndexReader {
 public:
  using Take = llvm::function_ref<void(std::size_t, std::string_view, TrackedKind)>;

  IndexReader(llvm::StringRef bytes, std::size_t hash_size) : rest_(bytes), hash_size_(hash_size) {}

  llvm::Expected<SharedIndex> Read(Take take) {
    if (rest_.size() < 12 + hash_size_ || !rest_.startswith("DIRC")) return Malformed("no header");
    version_ = read32be(rest_.data() + 4);
    if (version_ < 2 || version_ > 4) return Malformed("version " + std::to_string(version_));
    const std::uint32_t number = read32be(rest_.data() + 8);
    // A checksum follows the entries and extensions.
    rest_ = rest_.drop_front(12).drop_back(hash_size_);
    for (std::uint32_t i = 0; i < number; ++i) {
      if (llvm::Error error = ReadEntry(i, take)) return error;
    }
    return ReadExtensions();
  }

 private:
  static llvm::Error Malformed(const std::string& what) {
    return support::ErrorOf("malformed index: " + what);
  }
  static llvm::Error Cut() { return Malformed("it is truncated"); }

  llvm::Error ReadEntry(std::size_t position, Take take) {
    const llvm::StringRef whole = rest_;
    if (rest_.size() < kStatSize + hash_size_ + 2) return Cut();
    const std::uint32_t mode = read32be(rest_.data() + kModeAt);
    const unsigned flags = read16be(rest_.data() + kStatSize + hash_size_);
    rest_ = rest_.drop_front(kStatSize + hash_size_ + 2);
    if ((flags & kExtended) != 0) {
      if (version_ < 3) return Malformed("extended flags in version 2");
      if (rest_.size() < 2) return Cut();
      rest_ = rest_.drop_front(2);
    }
    if (version_ == 4) {
      std::size_t dropped = 0;
      if (!ReadNumber(dropped)) return Cut();
      if (dropped > path_.size()) return Malformed("a malformed path");
      path_.resize(path_.size() - dropped);
    } else {
      path_.clear();
    }
    const std::size_t end = rest_.find('\0');
    if (end == llvm::StringRef::npos) return Cut();
    path_ += rest_.take_front(end);
    if (path_.size() > PATH_MAX) return Malformed("a path of more than PATH_MAX bytes");
    // Before version 4 one to eight NUL bytes make the length of an entry a multiple of eight.
    const std::size_t length = whole.size() - rest_.size() + end;
    const std::size_t padded = version_ == 4 ? length + 1 : (length + 8) & ~std::size_t{7};
    if (padded > whole.size()) return Cut();
    rest_ = whole.drop_front(padded);
    const unsigned type = mode >> 12U;
    take(position, path_,
         type == 016  ? TrackedKind::Submodule
         : type == 04 ? TrackedKind::Directory
                      : TrackedKind::File);
    return llvm::Error::success();
  }

  // A number as offsets in packs are written: seven bits a byte, each byte but the last plus one.
  bool ReadNumber(std::size_t& number) {
    number = 0;
    for (bool first = true; !rest_.empty(); first = false) {
      const unsigned char byte = support::ToByte(rest_[0]);
      rest_ = rest_.drop_front();
      if (!first) ++number;
      number = (number << 7U) + (byte & 0x7FU);
      if ((byte & 0x80U) == 0) return true;
      if (number > PATH_MAX) return false;
    }
    return false;
  }

  llvm::Expected<SharedIndex> ReadExtensions() {
    SharedIndex shared;
    while (rest_.size() >= 8) {
      const llvm::StringRef name = rest_.take_front(4);
      const std::size_t size = read32be(rest_.data() + 4);
      rest_ = rest_.drop_front(8);
      if (size > rest_.size()) return Cut();
      if (name == "link") {
        if (llvm::Error error = ReadLink(rest_.take_front(size), shared)) return error;
      } else if (name != "sdir" && (name[0] < 'A' || name[0] > 'Z')) {
        // An extension whose name begins with a lowercase letter must be understood.
        return Malformed("extension " + support::Quoted(name.str()));
      }
      rest_ = rest_.drop_front(size);
    }
    return shared;
  }

  llvm::Error ReadLink(llvm::StringRef bytes, SharedIndex& shared) const {
    if (bytes.size() < hash_size_) return Cut();
    const llvm::StringRef hash = bytes.take_front(hash_size_);
    // All zero: not split after all.
    if (hash.find_first_not_of('\0') == llvm::StringRef::npos) return llvm::Error::success();
    shared.name = "sharedindex." + llvm::toHex(hash, /*LowerCase=*/true);
    bytes = bytes.drop_front(hash_size_);
    return bytes.empty() ? llvm::Error::success() : ReadBits(bytes, shared.removed);
  }

  // Bits in git's "EWAH": words that say how many words of equal bits and how many of others
  // follow.
  static llvm::Error ReadBits(llvm::StringRef bytes, std::vector<bool>& bits) {
    if (bytes.size() < 8) return Cut();
    const std::size_t size = read32be(bytes.data());
    const std::size_t words = read32be(bytes.data() + 4);
    bytes = bytes.drop_front(8);
    if (bytes.size() / 8 < words || size > kMostBits) return Cut();
    bits.assign(size, false);
    std::size_t at = 0;
    for (std::size_t i = 0; i < words;) {
      const std::uint64_t mark = read64be(bytes.data() + 8 * i++);
      const std::uint64_t equal =
          std::min<std::uint64_t>((mark >> 1U) & 0xFFFFFFFFU, size / 64 + 1);
      if ((mark & 1U) != 0) {
        for (std::uint64_t k = 0; k < equal * 64 && at + k < size; ++k) bits[at + k] = true;
      }
      at = std::min<std::size_t>(at + equal * 64, size);
      for (std::uint64_t literal = mark >> 33U; literal > 0 && i < words; --literal, ++i) {
        const std::uint64_t word = read64be(bytes.data() + 8 * i);
        for (unsigned k = 0; k < 64 && at < size; ++k, ++at) bits[at] = ((word >> k) & 1U) != 0;
      }
    }
    return llvm::Error::success();
  }

  llvm::StringRef rest_;
  std::size_t hash_size_;
  std::uint32_t version_ = 0;
  std::string path_;
};

}  // namespace

llvm::Expected<SharedIndex> ReadGitIndex(std::string_view bytes, std::size_t hash_size,
                                         IndexReader::Take take) {
  return IndexReader({bytes.data(), bytes.size()}, hash_size).Read(take);
}

}  // namespace ipec::pipeline
