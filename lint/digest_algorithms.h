#pragma once

// What is known of the algorithms that digests name; the rows stand in digest_algorithms.def.

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

// Why no volume, or no file, has a digest: it can be written, and a rule with it never holds.
enum class Flaw : std::uint8_t {
  None,       // one may have it
  Algorithm,  // the property cannot have that algorithm
  NoDigits,
  Length,  // another one than its algorithm makes
};

// Bare digests have no algorithm to compare with. Root hashes may be of any that the kernel was
// built with; names are compared byte for byte, so one in other letters is none.
Flaw FlawOf(const runtime::Digest& digest, policy::Property property, bool bare);

// "a sha256 has 64 digits, this one 56"; empty for None.
std::string Words(Flaw flaw, const runtime::Digest& digest, policy::Property property);

// Whether some volume or file may have the digest of the policy's store.
inline bool CanExist(const policy::Policy& policy, policy::Property property, policy::DigestId id) {
  return FlawOf(policy.digests.Get(id), property, policy.semantics.bare_digests) == Flaw::None;
}

}  // namespace ipec::lint
