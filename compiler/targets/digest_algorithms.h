#pragma once

// The known digest algorithms; the rows are in digest_algorithms.def.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ipec::targets {

enum class Strength : std::uint8_t { Strong, Short, Broken };

struct DigestAlgorithm {
  std::string_view name;
  std::size_t bytes;
  bool fsverity;  // fs-verity supports it
  Strength strength;
};

inline constexpr DigestAlgorithm kDigestAlgorithms[] = {
#define IPEC_ALGORITHM(name, bytes, fsverity, strength) {name, bytes, fsverity, Strength::strength},
#include "compiler/targets/digest_algorithms.def"
};

// Null if the name, compared byte for byte as kernels do, is unknown.
constexpr const DigestAlgorithm* FindAlgorithm(std::string_view name) {
  for (const DigestAlgorithm& row : kDigestAlgorithms) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

// The first, most common algorithm whose digests have this many hex digits; null if none has.
constexpr const DigestAlgorithm* AlgorithmWithDigits(std::size_t digits) {
  for (const DigestAlgorithm& row : kDigestAlgorithms) {
    if (2 * row.bytes == digits) return &row;
  }
  return nullptr;
}

}  // namespace ipec::targets
