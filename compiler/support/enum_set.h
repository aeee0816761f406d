#pragma once

// Sets of the values of a small enumeration, and a value for each of them. The enumerators must be
// numbered 0, 1, 2 … and be fewer than 32.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "compiler/support/numbers.h"

namespace ipec::support {

// The numbers of the bits that are set, from the lowest on, as values of an enumeration or of an
// integer type.
template <typename Value>
class BitIterator {
 public:
  using value_type = Value;
  using difference_type = std::ptrdiff_t;
  constexpr BitIterator() = default;
  constexpr explicit BitIterator(std::uint32_t bits) : bits_(bits) {}
  constexpr Value operator*() const { return static_cast<Value>(std::countr_zero(bits_)); }
  constexpr BitIterator& operator++() {
    bits_ &= bits_ - 1;
    return *this;
  }
  constexpr BitIterator operator++(int) {
    const BitIterator before = *this;
    ++*this;
    return before;
  }
  friend constexpr bool operator==(const BitIterator&, const BitIterator&) = default;

 private:
  std::uint32_t bits_ = 0;
};

// Iterates in the order of the numbers.
template <typename Enum>
class EnumSet {
 public:
  using Iterator = BitIterator<Enum>;

  constexpr EnumSet() = default;
  constexpr EnumSet(std::initializer_list<Enum> values) {
    for (const Enum value : values) Add(value);
  }

  constexpr bool Contains(Enum value) const { return (bits_ & Bit(value)) != 0; }
  constexpr void Add(Enum value) { bits_ |= Bit(value); }
  constexpr void Remove(Enum value) { bits_ &= ~Bit(value); }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr std::size_t size() const { return ToSize(std::popcount(bits_)); }
  constexpr Iterator begin() const { return Iterator(bits_); }
  constexpr Iterator end() const { return Iterator(); }
  // Bit N represents the value numbered N.
  constexpr std::uint32_t bits() const { return bits_; }

  constexpr EnumSet& operator|=(EnumSet other) { return *this = *this | other; }
  friend constexpr EnumSet operator|(EnumSet a, EnumSet b) { return EnumSet(a.bits_ | b.bits_); }
  friend constexpr EnumSet operator&(EnumSet a, EnumSet b) { return EnumSet(a.bits_ & b.bits_); }
  // The values of `a` that are not in `b`.
  friend constexpr EnumSet operator-(EnumSet a, EnumSet b) { return EnumSet(a.bits_ & ~b.bits_); }
  friend constexpr bool operator==(const EnumSet&, const EnumSet&) = default;

 private:
  constexpr explicit EnumSet(std::uint32_t bits) : bits_(bits) {}
  static constexpr std::uint32_t Bit(Enum value) { return 1U << IndexOf(value); }

  std::uint32_t bits_ = 0;
};

// A value for each of the first `kCount` enumerators.
template <typename Enum, typename Value, std::size_t kCount>
class EnumMap {
 public:
  constexpr EnumMap() : values_() {}
  constexpr Value& operator[](Enum key) { return values_[IndexOf(key)]; }
  constexpr const Value& operator[](Enum key) const { return values_[IndexOf(key)]; }
  constexpr std::size_t size() const { return kCount; }
  constexpr auto begin() { return values_.begin(); }
  constexpr auto begin() const { return values_.begin(); }
  constexpr auto end() { return values_.end(); }
  constexpr auto end() const { return values_.end(); }
  friend constexpr bool operator==(const EnumMap&, const EnumMap&) = default;

 private:
  std::array<Value, kCount> values_;
};

}  // namespace ipec::support
