#include "compiler/table/index_plan.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "compiler/support/assert.h"

namespace ipec::table {
namespace {

namespace format = runtime::table;

constexpr std::uint32_t kEmpty = UINT32_MAX;
constexpr std::uint32_t kSeeds = 8;

// Who lies in which slot for one seed.
struct Placement {
  std::uint32_t seed = 0;
  std::uint32_t probes = 0;
  std::vector<std::uint32_t> slots;  // number of the planned entry, or kEmpty
  std::vector<std::uint64_t> hashes;
};

Placement Place(std::span<const PlannedEntry> planned, std::uint32_t slot_count,
                std::uint32_t seed) {
  Placement placement;
  placement.seed = seed;
  placement.slots.assign(slot_count, kEmpty);
  placement.hashes.reserve(planned.size());
  for (std::uint32_t number = 0; number < planned.size(); ++number) {
    const auto key = planned[number].key;
    const std::uint64_t hash = format::Hash(key.data(), key.size(), seed);
    placement.hashes.push_back(hash);
    std::uint32_t slot = format::HomeSlot(hash, slot_count);
    std::uint32_t probes = 1;
    for (; placement.slots[slot] != kEmpty; ++probes) {
      if (++slot == slot_count) slot = 0;
    }
    placement.slots[slot] = number;
    placement.probes = std::max(placement.probes, probes);
  }
  return placement;
}

// Chance alone rarely exceeds this with three quarters of the slots used; a bad seed soon does.
std::uint32_t GoodProbes(std::size_t entries) {
  return 8 + 8 * static_cast<std::uint32_t>(std::bit_width(entries));
}

void AppendWord(std::string& bytes, std::uint32_t word) {
  std::byte raw[4];
  format::Write32(raw, word);
  bytes.append(reinterpret_cast<const char*>(raw), sizeof raw);
}

void AppendEntry(std::string& bytes, const PlannedEntry& entry, EntryForm form) {
  const auto key = [&] {
    bytes.append(reinterpret_cast<const char*>(entry.key.data()), entry.key.size());
    bytes.append((4 - entry.key.size() % 4) % 4, '\0');
  };
  if (form == EntryForm::KeyFirst) key();
  AppendWord(bytes, entry.head[0]);
  AppendWord(bytes, entry.head[1]);
  if (form == EntryForm::HeadFirst) key();
}

}  // namespace

IndexPlan PlanIndex(std::span<const PlannedEntry> planned, EntryForm form) {
  const std::uint64_t slot_count = (planned.size() * 4 + 2) / 3;
  IPEC_CHECK(!planned.empty() && slot_count <= UINT32_MAX, "an index has a countable size");
  Placement best = Place(planned, static_cast<std::uint32_t>(slot_count), 0);
  for (std::uint32_t seed = 1; seed < kSeeds && best.probes > GoodProbes(planned.size()); ++seed) {
    Placement other = Place(planned, static_cast<std::uint32_t>(slot_count), seed);
    if (other.probes < best.probes) best = std::move(other);
  }

  IndexPlan plan;
  plan.seed = best.seed;
  plan.probes = best.probes;
  plan.positions.resize(planned.size());
  std::uint64_t size = 0;
  for (const PlannedEntry& entry : planned) size += 8 + format::RoundUp4(entry.key.size());
  IPEC_CHECK(size <= UINT32_MAX, "a table is smaller than 4 GiB");
  plan.entries.reserve(size);
  plan.position_bits = static_cast<std::uint32_t>(std::bit_width(size / 4));
  const std::uint32_t mask = format::PositionMask(plan.position_bits);
  plan.slots.reserve(slot_count);
  for (const std::uint32_t number : best.slots) {
    if (number == kEmpty) {
      plan.slots.push_back(0);
      continue;
    }
    const auto position = static_cast<std::uint32_t>(plan.entries.size());
    plan.positions[number] = position;
    plan.slots.push_back((static_cast<std::uint32_t>(best.hashes[number]) & ~mask) |
                         (position / 4 + 1));
    AppendEntry(plan.entries, planned[number], form);
  }
  return plan;
}

}  // namespace ipec::table
