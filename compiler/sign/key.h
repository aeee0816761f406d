#pragma once

// Public keys of certificates: whether a kernel uses a key, and whether a signature was made with
// it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/sign/algorithms.h"
#include "compiler/sign/rejection.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::sign {

// Of the long numbers in a kernel.
inline constexpr std::size_t kBytesOfDigit = 8;

struct PublicKey {
  Use kind = Nothing;
  // Of RSA. The size is the only length that a signature can have.
  std::string modulus;
  std::string exponent;
  std::size_t signature_size = 0;
  // Of an elliptic curve.
  std::string curve;
  std::string point;
  std::optional<support::Errno> error;  // a kernel does not use such a key
};

// `bits`: the key, as in the certificate; `curve`: of an elliptic key.
PublicKey ReadPublicKey(Use kind, std::string_view curve, llvm::StringRef bits);

struct MadeSignature {
  Use kind = Nothing;
  std::string digest_algorithm;  // its identifier; empty: fixed for this kind
  std::string bytes;
  // Of the signed data. Nothing: OpenSSL does not have the algorithm, and the signature passes.
  std::optional<std::vector<std::uint8_t>> digest;
};

// The error if the signature was not made with the key; `whose` names key and signature.
std::optional<Rejection> FindFault(const PublicKey& key, const MadeSignature& signature,
                                   std::string_view whose);

}  // namespace ipec::sign
