#pragma once

// Verifies that a signature was made with a key: the computations of rsa.c, rsa-pkcs1pad.c and
// ecdsa.c in the kernel's sources, with their order of checks and their errors. No error: it was.

#include <optional>
#include <string_view>

#include "compiler/support/errno.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::sign {

// The signed digest, and the identifier of its algorithm.
struct SignedDigest {
  std::string_view algorithm;
  llvm::StringRef bytes;
};

// `size`: of the key, in bytes of whole words of the kernel's long numbers; the signature has the
// same size.
std::optional<support::Errno> VerifyRsa(llvm::StringRef modulus, llvm::StringRef exponent,
                                        std::size_t size, const SignedDigest& digest,
                                        llvm::StringRef signature);

// A point of the curve in bytes: 4, and two coordinates of equal length.
bool IsOnCurve(std::string_view curve, llvm::StringRef point);

// `digits`: the number of the kernel's words in a coordinate of the curve.
std::optional<support::Errno> VerifyEcdsa(std::string_view curve, llvm::StringRef point,
                                          std::size_t digits, const SignedDigest& digest,
                                          llvm::StringRef signature);

}  // namespace ipec::sign
