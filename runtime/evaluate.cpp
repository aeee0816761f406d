#include "ipec/runtime/evaluate.h"

#include <cstring>

#include "runtime/writer.h"

namespace ipec::runtime {
namespace {

using table::Cell;
using table::Group;
using table::Index;

// Calls `is_it(entry)` for the entries that may have this hash, nearest first, and returns the
// first one of which that is true.
template <typename IsIt>
const std::byte* Probe(const Policy& policy, const Index& index, std::uint64_t hash, IsIt is_it) {
  const std::byte* slots = policy.bytes() + index.slots.offset;
  const std::byte* entries = policy.bytes() + index.entries.offset;
  const std::uint32_t mask = table::PositionMask(index.position_bits);
  const std::uint32_t tag = static_cast<std::uint32_t>(hash) & ~mask;
  std::uint32_t number = table::HomeSlot(hash, index.slots.length);
  for (std::uint32_t left = index.probes; left != 0; --left) {
    const std::uint32_t slot = table::Read32(slots + std::size_t{number} * 4);
    if (slot == 0) return nullptr;
    if ((slot & ~mask) == tag) {
      const std::byte* entry = entries + std::size_t{(slot & mask) - 1} * 4;
      if (is_it(entry)) return entry;
    }
    if (++number == index.slots.length) number = 0;
  }
  return nullptr;
}

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

// Where the entry of the event's digest stands among its kin, or kNone when no rule names the
// digest; what it says is offered to `best`.
std::uint32_t LookUp(const Policy& policy, std::uint32_t offset, const Digest& digest, Facts facts,
                     Best& best) {
  const Index index = Index::Read(policy.bytes() + offset);
  const auto* bytes = reinterpret_cast<const std::byte*>(digest.bytes.data());
  const std::size_t size = digest.bytes.size();
  const bool bare = (policy.features() & table::kBareDigests) != 0;
  Group group;
  const auto is_it = [&](const std::byte* entry) {
    group = Group::Read(policy.bytes() + index.groups.offset +
                        table::DigestEntry::Read(entry).group * Group::kSize);
    return group.digest_length == size &&
           (size == 0 || std::memcmp(entry + table::DigestEntry::kSize, bytes, size) == 0) &&
           (bare || policy.Text(group.algorithm) == digest.algorithm);
  };
  const std::byte* found = Probe(policy, index, table::Hash(bytes, size, index.seed), is_it);
  if (found == nullptr) return table::kNone;
  best.Offer(policy.CellAt(group.row, facts), table::DigestEntry::Read(found).rank);
  return static_cast<std::uint32_t>(found - policy.bytes()) - index.entries.offset;
}

void LookUpPair(const Policy& policy, std::uint32_t offset, std::uint32_t roothash,
                std::uint32_t digest, Facts facts, Best& best) {
  const Index index = Index::Read(policy.bytes() + offset);
  std::byte key[table::PairEntry::kKeySize];
  table::Write32(key, roothash);
  table::Write32(key + 4, digest);
  const auto is_it = [&](const std::byte* entry) {
    return std::memcmp(entry, key, sizeof key) == 0;
  };
  const std::byte* found = Probe(policy, index, table::Hash(key, sizeof key, index.seed), is_it);
  if (found == nullptr) return;
  const auto pair = table::PairEntry::Read(found);
  best.Offer(policy.CellAt(pair.row, facts), pair.rank);
}

}  // namespace

Decision Evaluate(const Policy& policy, const Event& event) noexcept {
  const auto number = static_cast<std::uint32_t>(event.operation);
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
      LookUpPair(policy, operation.pairs, roothash, digest, facts, best);
    }
  }
  if (best.outcome >= policy.outcomes().length) return {};  // not loaded: deny
  const auto outcome = policy.OutcomeAt(best.outcome);
  return {static_cast<Action>(outcome.action), static_cast<Match>(outcome.match),
          outcome.rank_is_line != 0 ? best.rank : outcome.line, best.outcome};
}

std::size_t RuleText(const Policy& policy, const Event& event, const Decision& decision,
                     std::span<char> room) noexcept {
  Writer writer(room);
  PutRuleText(policy, event, decision, writer);
  return writer.Finish();
}

}  // namespace ipec::runtime
