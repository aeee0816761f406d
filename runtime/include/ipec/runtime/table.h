#pragma once

// The decision table as bytes: the layout, and how it is read. README.md of runtime/ has a worked
// example. The compiler writes tables with these constants, Load() validates them, Evaluate() and
// the audit records read them; no other code needs this header.
//
// All numbers are little-endian and are read byte by byte in effect, so a table can be at any
// address. Offsets count from the first byte of the table, so it can be moved and mapped read-only.
// The offset of every structure is a multiple of four.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "ipec/runtime/event.h"

namespace ipec::runtime::table {

// Not text, and damaged visibly by a transfer that rewrites line ends or drops the eighth bit.
inline constexpr unsigned char kMagic[8] = {0x89, 'I', 'P', 'E', 'T', '\r', '\n', 0x1A};
// Increased when a reader of the previous number would misread the table.
inline constexpr std::uint32_t kFormat = 3;
// No row, no outcome, no rank: larger than any of them.
inline constexpr std::uint32_t kNone = 0xFFFFFFFF;
// More operations than any kernel has; bounds the work of Load().
inline constexpr std::uint32_t kMaxOperations = 64;

inline std::uint16_t Read16(const std::byte* at) {
  std::uint16_t value = 0;
  std::memcpy(&value, at, sizeof value);
  if constexpr (std::endian::native == std::endian::big) {
    value = static_cast<std::uint16_t>(value << 8 | value >> 8);
  }
  return value;
}
inline std::uint32_t Read32(const std::byte* at) {
  if constexpr (std::endian::native == std::endian::big) {
    return Read16(at) | std::uint32_t{Read16(at + 2)} << 16;
  }
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}
inline std::uint64_t Read64(const std::byte* at) {
  if constexpr (std::endian::native == std::endian::big) {
    return Read32(at) | std::uint64_t{Read32(at + 4)} << 32;
  }
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

inline void Write32(std::byte* at, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) *at++ = static_cast<std::byte>(value >> shift);
}

// The checksum of a table: blocks of 32 bytes in four independent lanes, the last block padded with
// zeros. Changing any single word of the input always changes the result.
inline std::uint64_t Checksum(const std::byte* bytes, std::size_t size) {
  constexpr std::size_t kBlock = 32;
  constexpr std::uint64_t kFirst = 0x9E3779B97F4A7C15;
  std::uint64_t a = size;
  std::uint64_t b = 0;
  std::uint64_t c = 0;
  std::uint64_t d = 0;
  const auto take = [&](const std::byte* block) {
    a = (a ^ Read64(block)) * kFirst;
    b = (b ^ Read64(block + 8)) * 0xD6E8FEB86659FD93;
    c = (c ^ Read64(block + 16)) * 0xA0761D6478BD642F;
    d = (d ^ Read64(block + 24)) * 0xE7037ED1A0B428DB;
    a ^= a >> 32;
    b ^= b >> 32;
    c ^= c >> 32;
    d ^= d >> 32;
  };
  for (; size >= kBlock; size -= kBlock, bytes += kBlock) take(bytes);
  if (size != 0) {
    std::byte last[kBlock] = {};
    std::memcpy(last, bytes, size);
    take(last);
  }
  const std::uint64_t all = (a ^ std::rotl(b, 9) ^ std::rotl(c, 18) ^ std::rotl(d, 27)) * kFirst;
  return all ^ all >> 32;
}

// A 128-bit number, for the sum of products.
#if defined(__SIZEOF_INT128__)
__extension__ using Wide = unsigned __int128;

inline Wide Product(std::uint64_t a, std::uint64_t b) {
  return static_cast<Wide>(a) * b;
}
inline std::uint64_t Folded(Wide wide) {
  return static_cast<std::uint64_t>(wide >> 64) ^ static_cast<std::uint64_t>(wide);
}
#else
struct Wide {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  friend Wide operator+(Wide a, Wide b) {
    const std::uint64_t low = a.low + b.low;
    return {low, a.high + b.high + (low < a.low ? 1U : 0U)};
  }
};

inline Wide Product(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t a_low = a & 0xFFFFFFFF;
  const std::uint64_t b_low = b & 0xFFFFFFFF;
  const std::uint64_t lows = a_low * b_low;
  const std::uint64_t first = (a >> 32) * b_low + (lows >> 32);
  const std::uint64_t second = a_low * (b >> 32) + (first & 0xFFFFFFFF);
  return {second << 32 | (lows & 0xFFFFFFFF),
          (a >> 32) * (b >> 32) + (first >> 32) + (second >> 32)};
}
inline std::uint64_t Folded(Wide wide) {
  return wide.high ^ wide.low;
}
#endif

// The hash of an index, with six numbers that the index has as its seeds. It is NH, the sum of the
// products of (word + seed) * (word + seed), over a block of 32 bytes, the state before the block,
// and the sizes. Two keys collide for very few choices of seeds, whatever the keys are: an attacker
// cannot make keys that collide for most seeds, and the compiler chooses other seeds if some keys
// collide.
class KeyHasher {
 public:
  static constexpr std::size_t kBlock = 32;
  static constexpr std::size_t kSeeds = 6;

  // `before`: 0, or the algorithm as a word.
  KeyHasher(const std::byte* seeds, std::uint64_t before, std::uint64_t sizes)
      : seeds_(seeds), state_(before), sizes_(sizes) {}

  void Take(const std::byte* block) {
    state_ = Folded(Product(Read64(block) + Seed(0), Read64(block + 8) + Seed(1)) +
                    Product(Read64(block + 16) + Seed(2), Read64(block + 24) + Seed(3)) +
                    Product(state_ + Seed(4), sizes_ + Seed(5)));
  }
  // All blocks, the last padded with zeros; for no bytes, one block of zeros.
  void TakeAll(const std::byte* bytes, std::size_t size) {
    for (; size > kBlock; size -= kBlock, bytes += kBlock) Take(bytes);
    std::byte last[kBlock] = {};
    if (size != 0) std::memcpy(last, bytes, size);
    Take(last);
  }
  std::uint64_t Result() const { return state_; }

 private:
  std::uint64_t Seed(std::size_t number) const { return Read64(seeds_ + number * 8); }

  const std::byte* seeds_;
  std::uint64_t state_;
  std::uint64_t sizes_;
};

// The name of an algorithm as a word: its bytes if they fit, else their hash.
inline std::uint64_t AlgorithmWord(const std::byte* seeds, const std::byte* name,
                                   std::size_t size) {
  if (size > 8) {
    KeyHasher hasher(seeds, 0, size);
    hasher.TakeAll(name, size);
    return hasher.Result();
  }
  if (size >= 4) return Read32(name) | std::uint64_t{Read32(name + size - 4)} << 32;
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < size; ++i) word = word << 8 | static_cast<std::uint64_t>(name[i]);
  return word;
}

// How a digest is hashed; pairs of digests are hashed as eight bytes without an algorithm.
inline KeyHasher HasherOf(const std::byte* seeds, const std::byte* algorithm,
                          std::size_t algorithm_size, std::size_t size) {
  return {seeds, AlgorithmWord(seeds, algorithm, algorithm_size),
          size | std::uint64_t{algorithm_size} << 32};
}
inline std::uint64_t HashKey(const std::byte* seeds, const std::byte* algorithm,
                             std::size_t algorithm_size, const std::byte* key, std::size_t size) {
  KeyHasher hasher = HasherOf(seeds, algorithm, algorithm_size, size);
  hasher.TakeAll(key, size);
  return hasher.Result();
}

// Bytes [offset, offset + length), or `length` structures from `offset` on.
struct Range {
  static constexpr std::size_t kSize = 8;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;

  static Range Read(const std::byte* at) { return {Read32(at), Read32(at + 4)}; }
};

// The differences between dialects that affect decisions and records: bits of Header::features.
using Features = std::uint32_t;
#define IPEC_FEATURE(name, bit, spelling, meaning) \
  inline constexpr Features k##name = Features{1} << bit;
#include "ipec/runtime/features.def"

struct FeatureRow {
  Features bit;
  std::string_view spelling;
};
inline constexpr FeatureRow kFeatureRows[] = {
#define IPEC_FEATURE(name, bit, spelling, meaning) {k##name, spelling},
#include "ipec/runtime/features.def"
};

// All that this version knows.
constexpr Features KnownFeatures() {
  Features known = 0;
  for (const FeatureRow& row : kFeatureRows) known |= row.bit;
  return known;
}

struct Header {
  static constexpr std::size_t kSize = 88;
  static constexpr std::size_t kMagicAt = 0;
  static constexpr std::size_t kFormatAt = 8;
  static constexpr std::size_t kSizeAt = 12;      // of the whole table, a multiple of four
  static constexpr std::size_t kChecksumAt = 16;  // Checksum() of all that follows it
  static constexpr std::size_t kFeaturesAt = 24;
  static constexpr std::size_t kHooksAt = 28;       // bit N: the dialect has the hook numbered N
  static constexpr std::size_t kVersionAt = 32;     // three 16-bit numbers, then two zero bytes
  static constexpr std::size_t kNameAt = 40;        // bytes: the policy's name
  static constexpr std::size_t kTargetAt = 48;      // bytes: the compiler's name of the dialect
  static constexpr std::size_t kOperationsAt = 56;  // OperationEntry, by number
  static constexpr std::size_t kOutcomesAt = 64;    // OutcomeEntry
  static constexpr std::size_t kRowsAt = 72;        // rows of kFactsCount cells
  static constexpr std::size_t kFallbackAt = 80;    // outcome for operations that have no entry
  static constexpr std::size_t kMissingAt = 84;     // bit N: built without the property numbered N

  static constexpr std::size_t kChecksumFrom = 24;
};

// One cell of a row: the outcome of the first rule that matches these facts.
struct Cell {
  static constexpr std::size_t kSize = 8;
  std::uint32_t outcome = kNone;  // kNone: no rule
  // The lower one precedes. In base rows the rank itself, kNone for DEFAULTs; in rows of digests
  // and pairs, a number that is added to the rank of the entry.
  std::uint32_t rank = kNone;

  static Cell Read(const std::byte* at) { return {Read32(at), Read32(at + 4)}; }
  friend bool operator==(const Cell&, const Cell&) = default;
};
inline constexpr std::size_t kRowSize = Cell::kSize * kFactsCount;

struct OperationEntry {
  static constexpr std::size_t kSize = 40;
  std::uint32_t known = 0;  // 1: the dialect has this operation; 0: decided by its base row alone
  std::uint32_t base_row = 0;    // has an outcome in every cell
  Range event_name;              // as events name the operation
  Range record_name;             // as records print it
  std::uint32_t roothashes = 0;  // offset of an Index of DigestEntry; 0: none
  std::uint32_t digests = 0;     // the same for the digests of files
  std::uint32_t pairs = 0;       // offset of an Index of PairEntry; 0: none

  static OperationEntry Read(const std::byte* at) {
    return {Read32(at),      Read32(at + 4),  Range::Read(at + 8), Range::Read(at + 16),
            Read32(at + 24), Read32(at + 28), Read32(at + 32)};  // then four zero bytes
  }
};

// The decision for an event, and its text in the record. Rules of the same shape share one.
struct OutcomeEntry {
  static constexpr std::size_t kSize = 16;
  std::uint8_t action = 0;
  std::uint8_t match = 0;
  std::uint8_t rank_is_line = 0;  // 1: the line is the rank of the cell that led here
  std::uint32_t line = 0;         // else this one; 0: no line
  Range text;                     // with the marks below

  static OutcomeEntry Read(const std::byte* at) {
    return {static_cast<std::uint8_t>(at[0]), static_cast<std::uint8_t>(at[1]),
            static_cast<std::uint8_t>(at[2]), Read32(at + 4), Range::Read(at + 8)};
  }
};
// Bytes of a text that are replaced by the event's values: if a rule decides, its digests are those
// of the event.
inline constexpr char kRoothashMark = 1;
inline constexpr char kDigestMark = 2;
inline constexpr char kOperationMark = 3;

// The number below `count` that is to `count` as `part` is to 2^32.
constexpr std::uint32_t Scale(std::uint32_t part, std::uint32_t count) {
  return static_cast<std::uint32_t>(std::uint64_t{part} * count >> 32);
}

// Finds the entry of a digest, or of a pair of digests, with one access: a perfect hash. The high
// half of the hash selects a multiplier, and the low half times the multiplier selects the entry.
// Either the entry has the digest, or the digest is not in the index. The compiler searches for
// seeds and multipliers that give each digest its own entry; whatever a table contains, no second
// entry is read.
struct Index {
  static constexpr std::size_t kSize = 84;
  static constexpr std::size_t kSeedsAt = 36;   // of KeyHasher, 64 bits each
  static constexpr std::size_t kEntryHead = 8;  // group or row, and rank
  std::uint32_t key_size = 0;  // bytes of a digest in its entry, a multiple of four
  Range multipliers;           // 16-bit numbers; at least one
  Range groups;                // Group; none in an index of pairs
  Range entries;               // of kEntryHead + key_size bytes each; at least one
  Range tails;                 // bytes of digests that do not fit in their entries

  static Index Read(const std::byte* at) {
    return {Read32(at), Range::Read(at + 4), Range::Read(at + 12), Range::Read(at + 20),
            Range::Read(at + 28)};
  }
  std::size_t EntrySize() const { return kEntryHead + key_size; }
  // The number of the entry for a hash. `table` is the first byte of the table.
  std::uint32_t EntryOf(const std::byte* table, std::uint64_t hash) const {
    const std::uint32_t chosen = Scale(static_cast<std::uint32_t>(hash >> 32), multipliers.length);
    const std::uint32_t multiplier = Read16(table + multipliers.offset + std::size_t{chosen} * 2);
    return Scale(static_cast<std::uint32_t>(hash) * multiplier, entries.length);
  }
};

// The common properties of many digests.
struct Group {
  static constexpr std::size_t kSize = 16;
  Range algorithm;  // empty in dialects of bare digests
  std::uint32_t digest_length = 0;
  std::uint32_t row = 0;

  static Group Read(const std::byte* at) {
    return {Range::Read(at), Read32(at + 8), Read32(at + 12)};
  }
};

// An entry begins with the number of a group (in an index of digests) or of a row (of pairs) and
// a rank. Then `key_size` bytes follow:
//
//   the digest, padded with zeros, if it fits;
//   else its first key_size - 4 bytes, and the offset of its other bytes in `tails`;
//   for a pair, the numbers of the entries of the root hash and of the file digest.
//
// The hash covers the algorithm (none in dialects of bare digests) and the bytes of the digest, or
// the eight bytes of the pair. Unused entries repeat another one and are never found.
struct Entry {
  std::uint32_t group_or_row = 0;
  std::uint32_t rank = 0;

  static Entry Read(const std::byte* at) { return {Read32(at), Read32(at + 4)}; }
};
inline constexpr std::uint32_t kMaxKeySize = 32;  // a sha256 digest
inline constexpr std::uint32_t kPairKeySize = 8;
inline constexpr std::uint32_t kTailSize = 4;  // of an offset in `tails`

constexpr std::uint64_t RoundUp4(std::uint64_t size) {
  return (size + 3) & ~std::uint64_t{3};
}

}  // namespace ipec::runtime::table
