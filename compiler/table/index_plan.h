#pragma once

// One hash index of a table under construction: everything except its offset in the table.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "ipec/runtime/table.h"

namespace ipec::table {

struct PlannedGroup {
  std::uint32_t algorithm = 0;  // number of a text
  std::uint32_t digest_length = 0;
  std::uint32_t row = 0;
  friend bool operator==(const PlannedGroup&, const PlannedGroup&) = default;
  friend bool operator<(const PlannedGroup& a, const PlannedGroup& b) {
    return std::tie(a.algorithm, a.digest_length, a.row) <
           std::tie(b.algorithm, b.digest_length, b.row);
  }
};

// An entry and its key.
struct PlannedEntry {
  std::uint32_t group_or_row = 0;
  std::uint32_t rank = 0;
  std::string_view algorithm;
  std::span<const std::byte> key;
};

// The seeds of KeyHasher, in the byte order of the table.
using Seeds = std::array<std::byte, runtime::table::KeyHasher::kSeeds * 8>;

struct IndexPlan {
  Seeds seeds{};
  std::uint32_t key_size = 0;
  std::uint32_t entry_count = 0;
  std::vector<std::uint16_t> multipliers;
  std::vector<PlannedGroup> groups;
  std::string entries;
  std::string tails;
  std::vector<std::uint32_t> numbers;  // entry number in the table, by number of the planned entry

  friend bool operator==(const IndexPlan&, const IndexPlan&) = default;
};

// Finds seeds and multipliers that send every key to an entry of its own (see Index in table.h).
// `planned` must have at least one entry and no duplicate keys. The same entries give the same
// plan. Time and memory are linear in the size of the keys, even if they were constructed to
// collide.
IndexPlan PlanIndex(std::span<const PlannedEntry> planned);

}  // namespace ipec::table
