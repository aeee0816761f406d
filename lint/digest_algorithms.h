#pragma once

// What is known of the algorithms that digests name; the rows stand in digest_algorithms.def.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ipec::lint {

enum class Strength : std::uint8_t { Strong, Short, Broken };

struct DigestAlgorithm {
  std::string_view name;
  std::size_t bytes;
  bool fsverity;  // fs-verity can have it
  Strength strength;
};

inline constexpr DigestAlgorithm kDigestAlgorithms[] = {
#define IPEC_ALGORITHM(name, bytes, fsverity, strength) {name, bytes, fsverity, Strength::strength},
#include "lint/digest_algorithms.def"
};

// Null when the name, compared byte for byte as kernels do, is not known.
constexpr const DigestAlgorithm* FindAlgorithm(std::string_view name) {
  for (const DigestAlgorithm& row : kDigestAlgorithms) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

// Whether some volume or file may have such a digest: it has digits, as many as its algorithm
// makes, and fs-verity can have it. Bare digests have no algorithm to compare with.
constexpr bool CanExist(std::string_view algorithm, std::size_t bytes, bool fsverity, bool bare) {
  if (bytes == 0 || bare) return bytes != 0;
  const DigestAlgorithm* known = FindAlgorithm(algorithm);
  if (known == nullptr) return !fsverity;
  return known->bytes == bytes && (known->fsverity || !fsverity);
}

}  // namespace ipec::lint
