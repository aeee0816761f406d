#include "compiler/table/index_plan.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/SHA256.h"

namespace ipec::table {
namespace {

namespace format = runtime::table;

constexpr std::uint32_t kUnused = UINT32_MAX;
constexpr std::uint32_t kKeysAMultiplier = 3;
// Random keys never produce a larger bucket.
constexpr std::uint32_t kLargestBucket = 20;
constexpr std::uint32_t kLastMultiplier = UINT16_MAX;

// One entry in 33 stays unused, so that the last keys find a free one quickly.
std::uint64_t EntryCount(std::uint64_t keys) {
  return keys + (keys + 24) / 32;
}

// The first attempt nearly always gives each key its own entry. Keys can be constructed to collide
// for its seeds, but not for those of the others, which depend on all the keys.
constexpr int kAttempts = 64;

// The seeds of the first attempt. Any numbers will do.
Seeds UsualSeeds() {
  Seeds seeds;
  std::uint64_t word = 0x9E3779B97F4A7C15;
  for (std::byte& seed : seeds) {
    word = word * 0xD6E8FEB86659FD93 + 1;
    seed = static_cast<std::byte>(word >> 56);
  }
  return seeds;
}

void Update(llvm::SHA256& hash, std::uint32_t number) {
  std::array<std::byte, 4> bytes;
  format::Write32(bytes.data(), number);
  hash.update(llvm::StringRef(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

// Seeds that cannot be predicted without all the keys: changing one key changes every seed.
class SeedsOfKeys {
 public:
  explicit SeedsOfKeys(std::span<const PlannedEntry> planned) {
    for (const PlannedEntry& entry : planned) {
      Update(keys_, support::ToU32(entry.algorithm.size()));
      keys_.update(llvm::StringRef(entry.algorithm.data(), entry.algorithm.size()));
      Update(keys_, support::ToU32(entry.key.size()));
      keys_.update(
          llvm::StringRef(reinterpret_cast<const char*>(entry.key.data()), entry.key.size()));
    }
  }

  Seeds Of(int attempt) const {
    std::string bytes;
    for (const std::uint32_t half : {0U, 1U}) {
      llvm::SHA256 hash = keys_;
      Update(hash, attempt);
      Update(hash, half);
      bytes += hash.final();
    }
    Seeds seeds;
    std::memcpy(seeds.data(), bytes.data(), seeds.size());
    return seeds;
  }

 private:
  llvm::SHA256 keys_;
};

// Keys that share a multiplier.
struct Bucket {
  std::uint32_t number = 0;
  std::span<const std::uint32_t> keys;  // numbers of planned entries
};

// Assigns keys to entries for one choice of seeds. The fullest buckets choose first, while there is
// room; the many buckets with one key can use any free entry.
class Placement {
 public:
  Placement(std::span<const PlannedEntry> planned, std::uint32_t entry_count, const Seeds& seeds)
      : seeds_(seeds),
        // Ten times as many as random keys ever need.
        looks_left_(std::uint64_t{1} << 18 | planned.size() * 256),
        entries_(entry_count, kUnused),
        multipliers_((planned.size() + kKeysAMultiplier - 1) / kKeysAMultiplier, 1) {
    Hash(planned);
    const std::vector<Bucket> buckets = FullestFirst();
    first_placed_ = buckets.front().keys.front();
    is_complete_ = std::all_of(buckets.begin(), buckets.end(),
                               [&](const Bucket& bucket) { return Place(bucket); });
  }

  // Whether every key has an entry.
  bool is_complete() const { return is_complete_; }
  const Seeds& seeds() const { return seeds_; }
  const std::vector<std::uint16_t>& multipliers() const { return multipliers_; }
  // Numbers of planned entries, or kUnused.
  const std::vector<std::uint32_t>& entries() const { return entries_; }
  std::uint32_t first_placed() const { return first_placed_; }

 private:
  void Hash(std::span<const PlannedEntry> planned);
  std::vector<Bucket> FullestFirst();
  bool HasEqualHashes(const Bucket& bucket) const;
  bool Place(const Bucket& bucket);
  bool Fits(const Bucket& bucket, std::uint32_t multiplier);

  std::uint32_t BucketOf(std::uint64_t hash) const {
    return format::Scale(llvm::Hi_32(hash), support::ToU32(multipliers_.size()));
  }
  std::uint32_t& EntryOf(std::uint32_t key, std::uint32_t multiplier) {
    return entries_[format::Scale(llvm::Lo_32(hashes_[key]) * multiplier,
                                  support::ToU32(entries_.size()))];
  }

  Seeds seeds_;
  bool is_complete_ = false;
  std::uint64_t looks_left_;
  std::uint32_t first_placed_ = kUnused;
  std::vector<std::uint32_t> entries_;
  std::vector<std::uint16_t> multipliers_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> by_bucket_;
};

void Placement::Hash(std::span<const PlannedEntry> planned) {
  hashes_.reserve(planned.size());
  for (const PlannedEntry& entry : planned) {
    hashes_.push_back(format::HashKey(seeds_.data(),
                                      reinterpret_cast<const std::byte*>(entry.algorithm.data()),
                                      entry.algorithm.size(), entry.key.data(), entry.key.size()));
  }
}

std::vector<Bucket> Placement::FullestFirst() {
  std::vector<std::uint32_t> starts(multipliers_.size() + 1);
  for (const std::uint64_t hash : hashes_) ++starts[BucketOf(hash) + 1];
  std::vector<Bucket> buckets(multipliers_.size());
  by_bucket_.resize(hashes_.size());
  for (std::uint32_t i = 0; i < buckets.size(); ++i) {
    buckets[i] = {i, std::span(by_bucket_).subspan(starts[i], starts[i + 1])};
    starts[i + 1] += starts[i];
  }
  for (std::uint32_t key = 0; key < hashes_.size(); ++key) {
    by_bucket_[starts[BucketOf(hashes_[key])]++] = key;
  }
  std::stable_sort(buckets.begin(), buckets.end(),
                   [](const Bucket& a, const Bucket& b) { return a.keys.size() > b.keys.size(); });
  return buckets;
}

// Whether all keys of the bucket get free entries; if so, assigns them.
bool Placement::Fits(const Bucket& bucket, std::uint32_t multiplier) {
  for (std::size_t i = 0; i < bucket.keys.size(); ++i) {
    --looks_left_;
    std::uint32_t& entry = EntryOf(bucket.keys[i], multiplier);
    if (entry == kUnused) {
      entry = bucket.keys[i];
      continue;
    }
    while (i-- > 0) EntryOf(bucket.keys[i], multiplier) = kUnused;
    return false;
  }
  return true;
}

// No multiplier can separate keys with equal hashes.
bool Placement::HasEqualHashes(const Bucket& bucket) const {
  for (std::size_t i = 1; i < bucket.keys.size(); ++i) {
    const std::uint32_t hash = llvm::Lo_32(hashes_[bucket.keys[i]]);
    for (std::size_t j = 0; j < i; ++j) {
      if (llvm::Lo_32(hashes_[bucket.keys[j]]) == hash) return true;
    }
  }
  return false;
}

bool Placement::Place(const Bucket& bucket) {
  if (bucket.keys.empty()) return true;
  if (bucket.keys.size() > kLargestBucket || HasEqualHashes(bucket)) return false;
  for (std::uint32_t multiplier = 1; multiplier <= kLastMultiplier; ++multiplier) {
    if (looks_left_ < kLargestBucket) return false;
    if (!Fits(bucket, multiplier)) continue;
    multipliers_[bucket.number] = static_cast<std::uint16_t>(multiplier);
    return true;
  }
  return false;
}

Placement PlaceAll(std::span<const PlannedEntry> planned, std::uint32_t entry_count) {
  Placement usual(planned, entry_count, UsualSeeds());
  if (usual.is_complete()) return usual;
  const SeedsOfKeys seeds(planned);
  for (int attempt = 1;; ++attempt) {
    IPEC_CHECK(attempt < kAttempts, "some seeds give each key its own entry");
    Placement other(planned, entry_count, seeds.Of(attempt));
    if (other.is_complete()) return other;
  }
}

// The part of the key that does not fit in its entry goes to the tails.
void PutEntry(const PlannedEntry& entry, std::byte* at, IndexPlan& plan) {
  format::Write32(at, entry.group_or_row);
  format::Write32(at + 4, entry.rank);
  at += format::Index::kEntryHead;
  if (entry.key.size() <= plan.key_size) {
    std::copy(entry.key.begin(), entry.key.end(), at);
    return;
  }
  const std::size_t here = plan.key_size - format::kTailSize;
  std::copy_n(entry.key.begin(), here, at);
  format::Write32(at + here, support::ToU32(plan.tails.size()));
  const auto rest = entry.key.subspan(here);
  plan.tails.append(reinterpret_cast<const char*>(rest.data()), rest.size());
  IPEC_CHECK(plan.tails.size() <= UINT32_MAX, "a table is smaller than 4 GiB");
}

void PutEntries(std::span<const PlannedEntry> planned, const Placement& placement,
                IndexPlan& plan) {
  const std::vector<std::uint32_t>& keys = placement.entries();
  const std::size_t size = format::Index::kEntryHead + plan.key_size;
  plan.entry_count = support::ToU32(keys.size());
  plan.entries.assign(keys.size() * size, '\0');
  plan.numbers.resize(planned.size());
  for (std::uint32_t number = 0; number < keys.size(); ++number) {
    if (keys[number] == kUnused) continue;
    plan.numbers[keys[number]] = number;
    PutEntry(planned[keys[number]],
             reinterpret_cast<std::byte*>(plan.entries.data() + number * size), plan);
  }
  const std::size_t repeated = plan.numbers[placement.first_placed()] * size;
  for (std::uint32_t number = 0; number < keys.size(); ++number) {
    if (keys[number] == kUnused) {
      std::copy_n(plan.entries.data() + repeated, size, plan.entries.data() + number * size);
    }
  }
}

}  // namespace

IndexPlan PlanIndex(std::span<const PlannedEntry> planned) {
  std::size_t longest = 0;
  for (const PlannedEntry& entry : planned) longest = std::max(longest, entry.key.size());
  IndexPlan plan;
  plan.key_size =
      support::ToU32(std::min<std::uint64_t>(format::kMaxKeySize, format::RoundUp4(longest)));
  const std::uint64_t entry_count = EntryCount(planned.size());
  IPEC_CHECK(
      !planned.empty() && entry_count * (format::Index::kEntryHead + plan.key_size) <= UINT32_MAX,
      "a table is smaller than 4 GiB");

  const Placement placement = PlaceAll(planned, support::ToU32(entry_count));
  plan.seeds = placement.seeds();
  plan.multipliers = placement.multipliers();
  PutEntries(planned, placement, plan);
  return plan;
}

}  // namespace ipec::table
