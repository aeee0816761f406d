#pragma once

// The entries of the indexes of a loaded table, as they are: for programs that print tables or read
// them back.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ipec/runtime/policy.h"

namespace ipec::table {

// A root hash or file digest that rules name. Its cells have `rank` added to theirs.
struct DigestEntry {
  std::uint32_t number;  // in the index
  std::string_view algorithm;
  std::string digest;  // bytes
  std::uint32_t row;
  std::uint32_t rank;
};

struct PairEntry {
  std::uint32_t roothash;  // numbers of entries
  std::uint32_t digest;
  std::uint32_t row;
  std::uint32_t rank;
};

// Those that a look-up finds, in order; none if `offset`, of an OperationEntry, is 0.
std::vector<DigestEntry> DigestsOf(const runtime::Policy& table, std::uint32_t offset);
std::vector<PairEntry> PairsOf(const runtime::Policy& table, std::uint32_t offset);

}  // namespace ipec::table
