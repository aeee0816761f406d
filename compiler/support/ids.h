#pragma once

// Indices that cannot be confused: a RuleId is not a ConditionId, though both are 32-bit numbers.
//
// Stores are plain vectors; an id is the index of an element in the store that its tag names.

#include <compare>
#include <cstdint>

namespace ipec::support {

template <typename Tag>
struct Id {
  std::uint32_t index = UINT32_MAX;
  constexpr bool valid() const { return index != UINT32_MAX; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;  // NOLINT: no pointer
};

// Consecutive elements of one store: [first, first + count).
template <typename IdType>
struct IdRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  constexpr bool empty() const { return count == 0; }
};

}  // namespace ipec::support
