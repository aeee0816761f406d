#pragma once

// Conversions of numbers that several sources of the library need. Not installed.

#include <cstdint>
#include <type_traits>

namespace ipec::runtime {

// The number of an enumerator, as tables and lists are indexed by it.
template <typename Enum>
requires std::is_enum_v<Enum>
constexpr std::uint32_t NumberOf(Enum value) {
  return static_cast<std::uint32_t>(value);
}

}  // namespace ipec::runtime
