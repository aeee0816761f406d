#pragma once

// One hash index of a table while it is built: everything but where in the table it will stand.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
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

// An entry and the part of it that is hashed.
struct PlannedEntry {
  std::uint32_t head[2];  // group and rank of a digest, row and rank of a pair
  std::span<const std::byte> key;
};

struct IndexPlan {
  std::uint32_t seed = 0;
  std::uint32_t probes = 1;
  std::uint32_t position_bits = 1;
  std::vector<std::uint32_t> slots;
  std::vector<PlannedGroup> groups;
  std::string entries;
  std::vector<std::uint32_t> positions;  // in `entries`, by number of the planned entry

  friend bool operator==(const IndexPlan&, const IndexPlan&) = default;
};

enum class EntryForm : std::uint8_t { HeadFirst, KeyFirst };  // digests, pairs

// Lays the entries out so that whoever walks along the slots walks along the entries, and chooses a
// seed for which no walk is long. At least one entry.
IndexPlan PlanIndex(std::span<const PlannedEntry> planned, EntryForm form);

}  // namespace ipec::table
