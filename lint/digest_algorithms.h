#pragma once

// The known digest algorithms; the rows are in digest_algorithms.def.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/policy/policy.h"

namespace ipec::lint {

enum class Strength : std::uint8_t { Strong, Short, Broken };

struct DigestAlgorithm {
  std::string_view name;
  std::size_t bytes;
  bool fsverity;  // fs-verity supports it
  Strength strength;
};

inline constexpr DigestAlgorithm kDigestAlgorithms[] = {
#define IPEC_ALGORITHM(name, bytes, fsverity, strength) {name, bytes, fsverity, Strength::strength},
#include "lint/digest_algorithms.def"
};

// Null if the name, compared byte for byte as kernels do, is unknown.
constexpr const DigestAlgorithm* FindAlgorithm(std::string_view name) {
  for (const DigestAlgorithm& row : kDigestAlgorithms) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

// Why no volume or file can have a digest, so that a rule with it never matches.
enum class Flaw : std::uint8_t {
  None,       // a volume or file can have it
  Algorithm,  // the property does not support that algorithm
  NoDigits,
  Length,  // not the length of its algorithm
};

// Bare digests have no algorithm to compare with. Root hashes may use any algorithm that the kernel
// was built with; names are compared byte for byte, so the case matters.
Flaw FlawOf(const runtime::Digest& digest, policy::Property property, bool bare);

// "a sha256 digest has 64 hex digits, found 56"; empty for None.
std::string Words(Flaw flaw, const runtime::Digest& digest, policy::Property property);

// Whether some volume or file can have this digest of the policy.
inline bool CanExist(const policy::Policy& policy, policy::Property property, policy::DigestId id) {
  return FlawOf(policy.digests.Get(id), property, policy.semantics.bare_digests) == Flaw::None;
}

}  // namespace ipec::lint
