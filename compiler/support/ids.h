#pragma once

// Indices that cannot be confused: a RuleId is not a ConditionId, though both are 32-bit numbers.
//
// Stores are plain vectors; an id is the index of an element in the store that its tag names.

#include <compare>
#include <cstddef>
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
  constexpr std::size_t size() const { return count; }
  constexpr IdType front() const { return {first}; }

  class Iterator {
   public:
    using value_type = IdType;
    using difference_type = std::ptrdiff_t;
    constexpr Iterator() = default;
    constexpr explicit Iterator(std::uint32_t index) : index_(index) {}
    constexpr IdType operator*() const { return {index_}; }
    constexpr Iterator& operator++() {
      ++index_;
      return *this;
    }
    constexpr Iterator operator++(int) { return Iterator(index_++); }
    friend constexpr bool operator==(const Iterator&, const Iterator&) = default;

   private:
    std::uint32_t index_ = 0;
  };
  constexpr Iterator begin() const { return Iterator(first); }
  constexpr Iterator end() const { return Iterator(first + count); }
};

}  // namespace ipec::support
