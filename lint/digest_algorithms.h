#pragma once

// Digests that no volume or file can have.

#include <cstdint>
#include <string>

#include "compiler/policy/policy.h"
#include "compiler/targets/digest_algorithms.h"

namespace ipec::lint {

using targets::DigestAlgorithm;
using targets::FindAlgorithm;
using targets::FindMeantAlgorithm;
using targets::Strength;

// Why no volume or file can have a digest, so that a rule with it never matches.
enum class Flaw : std::uint8_t {
  None,       // a volume or file can have it
  Algorithm,  // the property does not support that algorithm
  NoDigits,
  Length,  // not the length of its algorithm
};

// Bare digests have no algorithm to compare with. Root hashes may use any algorithm that the kernel
// was built with. The kernel compares the name of the algorithm byte for byte, so another notation
// or the name of a driver, such as `sha256-generic`, never matches, whatever the volume was set up
// with.
Flaw FlawOf(const runtime::Digest& digest, policy::Property property, bool bare);

// "a sha256 digest has 64 hex digits, found 56". Not of None.
std::string Describe(Flaw flaw, const runtime::Digest& digest, policy::Property property);

// Whether some volume or file can have this digest of the policy.
inline bool CanExist(const policy::Policy& policy, policy::Property property, policy::DigestId id) {
  return FlawOf(policy.digests.Get(id), property, policy.semantics.bare_digests) == Flaw::None;
}

}  // namespace ipec::lint
