#pragma once

// Sets of combinations of the boolean facts of an event.

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "compiler/support/assert.h"
#include "compiler/support/enum_set.h"
#include "compiler/support/numbers.h"
#include "ipec/runtime/event.h"

namespace ipec::analysis {

using runtime::Facts;

// Iterates in the order of the numbers.
class FactsSet {
 public:
  using Iterator = support::BitIterator<Facts>;

  constexpr FactsSet() = default;
  constexpr FactsSet(std::initializer_list<Facts> combinations) {
    for (const Facts facts : combinations) Add(facts);
  }
  static constexpr FactsSet All() { return FactsSet(kAll); }
  // The combinations that have all of `facts`.
  static constexpr FactsSet WithAllOf(Facts facts) {
    FactsSet set;
    for (const Facts combination : All()) {
      if ((combination & facts) == facts) set.Add(combination);
    }
    return set;
  }
  // The combinations that have none of `facts`.
  static constexpr FactsSet WithNoneOf(Facts facts) {
    FactsSet set;
    for (const Facts combination : All()) {
      if ((combination & facts) == 0) set.Add(combination);
    }
    return set;
  }

  constexpr bool Contains(Facts facts) const { return (bits_ >> facts & 1U) != 0; }
  constexpr void Add(Facts facts) { bits_ |= 1U << facts; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr std::size_t size() const { return support::ToSize(std::popcount(bits_)); }
  constexpr Iterator begin() const { return Iterator(bits_); }
  constexpr Iterator end() const { return Iterator(); }
  // Bit N represents the combination numbered N; at most 16 bits.
  constexpr std::uint32_t bits() const { return bits_; }

  constexpr FactsSet& operator&=(FactsSet other) {
    bits_ &= other.bits_;
    return *this;
  }
  friend constexpr FactsSet operator|(FactsSet a, FactsSet b) {
    return FactsSet(a.bits_ | b.bits_);
  }
  friend constexpr FactsSet operator&(FactsSet a, FactsSet b) {
    return FactsSet(a.bits_ & b.bits_);
  }
  // The combinations of `a` that are not in `b`.
  friend constexpr FactsSet operator-(FactsSet a, FactsSet b) {
    return FactsSet(a.bits_ & ~b.bits_);
  }
  friend constexpr FactsSet operator~(FactsSet set) { return All() - set; }
  // NOLINTNEXTLINE(modernize-use-nullptr): no pointer
  friend constexpr auto operator<=>(const FactsSet&, const FactsSet&) = default;

 private:
  static constexpr std::uint32_t kAll = (1U << runtime::kFactsCount) - 1;
  constexpr explicit FactsSet(std::uint32_t bits) : bits_(bits) {}

  std::uint32_t bits_ = 0;
};

// All combinations, those with few facts first: simple events are better examples.
inline constexpr auto kSimplestFirst = [] {
  std::array<Facts, runtime::kFactsCount> order{};
  std::size_t next = 0;
  for (int count = 0; next < order.size(); ++count) {
    for (const Facts facts : FactsSet::All()) {
      if (std::popcount(facts) == count) order[next++] = facts;
    }
  }
  return order;
}();

// The first of `set`, which is not empty, in that order.
constexpr Facts Simplest(FactsSet set) {
  for (const Facts facts : kSimplestFirst) {
    if (set.Contains(facts)) return facts;
  }
  IPEC_CHECK(false, "the set is empty");
}

}  // namespace ipec::analysis
