#pragma once

// The policy for measuring speed: one rule per root hash, all of them different.

#include <cstdint>
#include <string>

namespace ipec::bench {

inline std::string DigestPolicy(std::size_t rules) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text = "policy_name=digests policy_version=1.0.0\nDEFAULT action=DENY\n";
  std::uint64_t state = 1;
  for (std::size_t i = 0; i < rules; ++i) {
    text += "op=EXECUTE dmverity_roothash=sha256:";
    for (int digit = 0; digit < 64; ++digit) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      text += kHex[state >> 60U];
    }
    text += " action=ALLOW\n";
  }
  return text;
}

}  // namespace ipec::bench
