#pragma once

// Conversions between types of numbers. Those to a narrower type stop the program if the value does
// not fit: texts and stores are below 4 GiB (source.h), so that would be a bug. A `static_cast`
// that remains elsewhere drops bits on purpose, or converts something that is not a number.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "compiler/support/assert.h"

namespace ipec::support {

// `value` as a number of 32 bits, such as an offset in a text or an index in a store.
template <std::integral Number>
constexpr std::uint32_t ToU32(Number value) {
  IPEC_CHECK(std::in_range<std::uint32_t>(value), "a number needs more than 32 bits");
  return static_cast<std::uint32_t>(value);
}

// `value`, which is not negative, as a size: the distance of two iterators or pointers, or the
// result of a system call that has succeeded.
template <std::signed_integral Number>
constexpr std::size_t ToSize(Number value) {
  IPEC_CHECK(std::in_range<std::size_t>(value), "a size is negative");
  return static_cast<std::size_t>(value);
}

// `value` as an `int`, which many functions of the system and of libraries take.
template <std::integral Number>
constexpr int ToInt(Number value) {
  IPEC_CHECK(std::in_range<int>(value), "a number does not fit into an int");
  return static_cast<int>(value);
}

// A number of elements or bytes as the offset of an iterator or in a file.
constexpr std::ptrdiff_t ToOffset(std::size_t value) {
  IPEC_CHECK(std::in_range<std::ptrdiff_t>(value), "an offset is too large");
  return static_cast<std::ptrdiff_t>(value);
}

// A byte of text as a number from 0 to 255.
constexpr unsigned char ToByte(char value) {
  return static_cast<unsigned char>(value);
}

// The byte of text with a number from 0 to 255.
template <std::integral Number>
constexpr char ToChar(Number value) {
  IPEC_CHECK(std::in_range<unsigned char>(value), "a number needs more than 8 bits");
  return static_cast<char>(value);
}

// The number of an enumerator, which is not negative, as an index.
template <typename Enum>
requires std::is_enum_v<Enum>
constexpr std::size_t IndexOf(Enum value) {
  return static_cast<std::size_t>(value);
}

// The enumerator with this number. There must be one.
template <typename Enum>
requires std::is_enum_v<Enum>
constexpr Enum FromIndex(std::size_t index) {
  return static_cast<Enum>(index);
}

}  // namespace ipec::support
