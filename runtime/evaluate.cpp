#include "ipec/runtime/evaluate.h"

#include <bit>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "runtime/numbers.h"
#include "runtime/writer.h"

namespace ipec::runtime {
namespace {

using table::Cell;
using table::Entry;
using table::Group;
using table::Index;

// Most decisions run straight through; rare cases are in separate functions. A decision takes a
// dozen nanoseconds, and a call that saves registers is a large part of that.
#if defined(__GNUC__)
#define IPEC_USUAL [[gnu::always_inline]] inline
#define IPEC_RARE [[gnu::noinline]]
#else
#define IPEC_USUAL inline
#define IPEC_RARE
#endif

// The decision so far, and what a later cell must beat.
struct Best {
  std::uint32_t outcome;
  std::uint32_t rank;

  void Offer(Cell cell, std::uint32_t entry_rank) {
    if (cell.outcome == table::kNone || cell.rank + entry_rank >= rank) return;
    outcome = cell.outcome;
    rank = cell.rank + entry_rank;
  }
};

// Digests are so short that a call of memcmp() would cost more than the comparison. Some bytes may
// be compared twice.
IPEC_USUAL bool Equal(const std::byte* a, const std::byte* b, std::size_t size) {
  if (size >= 8) {
    std::uint64_t different = table::Read64(a + size - 8) ^ table::Read64(b + size - 8);
    for (std::size_t i = 0; i + 8 < size; i += 8) {
      different |= table::Read64(a + i) ^ table::Read64(b + i);
    }
    return different == 0;
  }
  if (size >= 4) {
    return table::Read32(a) == table::Read32(b) &&
           table::Read32(a + size - 4) == table::Read32(b + size - 4);
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

IPEC_USUAL Group GroupOf(const Policy& policy, const Index& index, const std::byte* entry) {
  return Group::Read(policy.bytes() + index.groups.offset +
                     std::size_t{Entry::Read(entry).group_or_row} * Group::kSize);
}

// The table's name for the algorithm of the digest: empty if digests are bare.
IPEC_USUAL std::string_view AlgorithmOf(const Policy& policy, const Digest& digest) {
  const bool bare = (policy.features() & table::kBareDigests) != 0;
  return {digest.algorithm.data(), bare ? 0 : digest.algorithm.size()};
}

IPEC_USUAL bool IsAlgorithm(const Policy& policy, const Group& group, std::string_view algorithm) {
  return group.algorithm.length == algorithm.size() &&
         Equal(policy.bytes() + group.algorithm.offset,
               reinterpret_cast<const std::byte*>(algorithm.data()), algorithm.size());
}

// The hash of a digest for the index at `offset`; the digest is added later.
IPEC_USUAL table::KeyHasher HasherOf(const Policy& policy, std::uint32_t offset,
                                     std::string_view algorithm, std::size_t size) {
  return table::HasherOf(policy.bytes() + offset + Index::kSeedsAt,
                         reinterpret_cast<const std::byte*>(algorithm.data()), algorithm.size(),
                         size);
}

// Any digest, any index.
IPEC_RARE std::uint32_t FindAny(const Policy& policy, std::uint32_t offset, const Digest& digest) {
  const Index index = Index::Read(policy.bytes() + offset);
  const auto* bytes = reinterpret_cast<const std::byte*>(digest.bytes.data());
  const std::size_t size = digest.bytes.size();
  const std::string_view algorithm = AlgorithmOf(policy, digest);
  table::KeyHasher hasher = HasherOf(policy, offset, algorithm, size);
  hasher.TakeAll(bytes, size);
  const std::uint32_t number = index.EntryOf(policy.bytes(), hasher.Result());
  const std::byte* entry = policy.bytes() + index.entries.offset + number * index.EntrySize();
  const std::byte* key = entry + Index::kEntryHead;
  const Group group = GroupOf(policy, index, entry);
  if (group.digest_length != size || !IsAlgorithm(policy, group, algorithm)) return table::kNone;
  if (size <= index.key_size) return Equal(key, bytes, size) ? number : table::kNone;
  const std::size_t here = index.key_size - table::kTailSize;
  const std::byte* tail = policy.bytes() + index.tails.offset + table::Read32(key + here);
  const bool equal = Equal(key, bytes, here) && Equal(tail, bytes + here, size - here);
  return equal ? number : table::kNone;
}

// Whether two blocks of the size of a sha256 digest are equal.
IPEC_USUAL bool IsSameBlock(const std::byte* a, const std::byte* b) {
  static_assert(table::KeyHasher::kBlock == 32);
  return ((table::Read64(a) ^ table::Read64(b)) | (table::Read64(a + 8) ^ table::Read64(b + 8)) |
          (table::Read64(a + 16) ^ table::Read64(b + 16)) |
          (table::Read64(a + 24) ^ table::Read64(b + 24))) == 0;
}

// The number of the entry of the event's digest, or kNone if no rule names the digest; the entry is
// offered to `best`. Nearly all digests are sha256, which needs neither a loop nor a call.
IPEC_USUAL std::uint32_t LookUp(const Policy& policy, std::uint32_t offset, const Digest& digest,
                                Facts facts, Best& best) {
  constexpr std::uint32_t kUsual = table::KeyHasher::kBlock;
  static_assert(kUsual == table::kMaxKeySize);
  const Index index = Index::Read(policy.bytes() + offset);
  const auto* bytes = reinterpret_cast<const std::byte*>(digest.bytes.data());
  std::uint32_t number = table::kNone;
  const std::byte* entry = nullptr;
  Group group;
  if (digest.bytes.size() == kUsual && index.key_size == kUsual) {
    const std::string_view algorithm = AlgorithmOf(policy, digest);
    table::KeyHasher hasher = HasherOf(policy, offset, algorithm, kUsual);
    hasher.Take(bytes);
    number = index.EntryOf(policy.bytes(), hasher.Result());
    entry =
        policy.bytes() + index.entries.offset + std::size_t{number} * (Index::kEntryHead + kUsual);
    group = GroupOf(policy, index, entry);
    if (!IsSameBlock(entry + Index::kEntryHead, bytes) || group.digest_length != kUsual ||
        !IsAlgorithm(policy, group, algorithm)) {
      return table::kNone;
    }
  } else {
    number = FindAny(policy, offset, digest);
    if (number == table::kNone) return number;
    entry = policy.bytes() + index.entries.offset + number * index.EntrySize();
    group = GroupOf(policy, index, entry);
  }
  best.Offer(policy.CellAt(group.row, facts), Entry::Read(entry).rank);
  return number;
}

IPEC_RARE Best LookUpPair(const Policy& policy, std::uint32_t offset, std::uint32_t roothash,
                          std::uint32_t digest, Facts facts, Best best) {
  const Index index = Index::Read(policy.bytes() + offset);
  std::byte key[table::kPairKeySize];
  table::Write32(key, roothash);
  table::Write32(key + 4, digest);
  const std::uint64_t hash =
      table::HashKey(policy.bytes() + offset + Index::kSeedsAt, nullptr, 0, key, sizeof key);
  const std::byte* at = policy.bytes() + index.entries.offset +
                        index.EntryOf(policy.bytes(), hash) * index.EntrySize();
  if (Equal(at + Index::kEntryHead, key, sizeof key)) {
    const Entry entry = Entry::Read(at);
    best.Offer(policy.CellAt(entry.group_or_row, facts), entry.rank);
  }
  return best;
}

// The first eight bytes of a Decision are written as one number. Written in three pieces, they
// would be read back as one before they are in memory, which costs four nanoseconds.
IPEC_USUAL Decision MakeDecision(std::uint8_t action, std::uint8_t match, std::uint32_t line,
                                 std::uint32_t outcome) {
  if constexpr (std::endian::native == std::endian::big) {
    return {static_cast<Action>(action), static_cast<Match>(match), line, outcome};
  }
  static_assert(offsetof(Decision, match) == 1 && offsetof(Decision, line) == 4 &&
                offsetof(Decision, outcome) == 8);
  const std::uint64_t first = action | std::uint32_t{match} << 8 | std::uint64_t{line} << 32;
  Decision made;
  std::memcpy(static_cast<void*>(&made), &first, sizeof first);
  made.outcome = outcome;
  return made;
}

}  // namespace

Decision Evaluate(const Policy& policy, const Event& event) noexcept {
  const std::uint32_t number = NumberOf(event.operation);
  Best best{policy.fallback(), table::kNone};
  if (number < policy.operations().length) {
    const auto operation = policy.OperationAt(number);
    const Facts facts = FactsOf(event);
    const Cell base = policy.CellAt(operation.base_row, facts);
    best = {base.outcome, base.rank};
    std::uint32_t roothash = table::kNone;
    std::uint32_t digest = table::kNone;
    if (operation.roothashes != 0 && event.dmverity && event.dmverity->roothash) {
      roothash = LookUp(policy, operation.roothashes, *event.dmverity->roothash, facts, best);
    }
    if (operation.digests != 0 && event.fsverity && event.fsverity->digest) {
      digest = LookUp(policy, operation.digests, *event.fsverity->digest, facts, best);
    }
    if (operation.pairs != 0 && roothash != table::kNone && digest != table::kNone) {
      best = LookUpPair(policy, operation.pairs, roothash, digest, facts, best);
    }
  }
  if (best.outcome >= policy.outcomes().length) return {};  // not loaded: deny
  const auto outcome = policy.OutcomeAt(best.outcome);
  return MakeDecision(outcome.action, outcome.match,
                      outcome.rank_is_line != 0 ? best.rank : outcome.line, best.outcome);
}

std::size_t RuleText(const Policy& policy, const Event& event, const Decision& decision,
                     std::span<char> room) noexcept {
  Writer writer(room);
  PutRuleText(policy, event, decision, writer);
  return writer.Finish();
}

}  // namespace ipec::runtime
