#pragma once

// The known digest algorithms, one row each, with the kernel's names.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ipec::targets {

enum class Strength : std::uint8_t {
  Strong,
  Short,   // fewer than 256 bits: collisions might become possible
  Broken,  // collisions can be computed
};

struct DigestAlgorithm {
  std::string_view name;
  std::size_t bytes;
  bool fsverity;  // fs-verity supports it
  Strength strength;
};

// Those of fs-verity and those that dm-verity volumes use. Of algorithms with digests of one
// length, the most common one is first: it is assumed if a policy names none.
inline constexpr DigestAlgorithm kDigestAlgorithms[] = {
    DigestAlgorithm{"sha256", 32, true, Strength::Strong},
    DigestAlgorithm{"sha512", 64, true, Strength::Strong},
    DigestAlgorithm{"sha1", 20, false, Strength::Broken},
    DigestAlgorithm{"sha224", 28, false, Strength::Short},
    DigestAlgorithm{"sha384", 48, false, Strength::Strong},
    DigestAlgorithm{"sha3-224", 28, false, Strength::Short},
    DigestAlgorithm{"sha3-256", 32, false, Strength::Strong},
    DigestAlgorithm{"sha3-384", 48, false, Strength::Strong},
    DigestAlgorithm{"sha3-512", 64, false, Strength::Strong},
    DigestAlgorithm{"blake2b-256", 32, false, Strength::Strong},
    DigestAlgorithm{"blake2b-384", 48, false, Strength::Strong},
    DigestAlgorithm{"blake2b-512", 64, false, Strength::Strong},
    DigestAlgorithm{"blake2s-256", 32, false, Strength::Strong},
    DigestAlgorithm{"sm3", 32, false, Strength::Strong},
    DigestAlgorithm{"streebog256", 32, false, Strength::Strong},
    DigestAlgorithm{"streebog512", 64, false, Strength::Strong},
    DigestAlgorithm{"rmd160", 20, false, Strength::Short},
    DigestAlgorithm{"md5", 16, false, Strength::Broken},
    DigestAlgorithm{"md4", 16, false, Strength::Broken},
};

// Null if the name, compared byte for byte as kernels do, is unknown.
constexpr const DigestAlgorithm* FindAlgorithm(std::string_view name) {
  for (const DigestAlgorithm& row : kDigestAlgorithms) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

// The algorithm of a name in another notation (`SHA256`, `sha-256`) or of the name of a driver in
// the kernel (`sha256-generic`, `sha512_avx2`); null for exact names, and for all others.
const DigestAlgorithm* FindMeantAlgorithm(std::string_view name);

// Whether `name` is the name of a kernel driver for the algorithm.
bool IsDriverOf(const DigestAlgorithm& algorithm, std::string_view name);

// The algorithm that a placeholder names: `@DMVERITY_ROOTHASH_SHA256@`; null if it names none.
const DigestAlgorithm* FindAlgorithmIn(std::string_view placeholder);

// The first, most common algorithm whose digests have this many hex digits; null if none has.
constexpr const DigestAlgorithm* AlgorithmWithDigits(std::size_t digits) {
  for (const DigestAlgorithm& row : kDigestAlgorithms) {
    if (2 * row.bytes == digits) return &row;
  }
  return nullptr;
}

}  // namespace ipec::targets
