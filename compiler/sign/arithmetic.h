#pragma once

// Whether a key made a signature: what rsa.c, rsa-pkcs1pad.c and ecdsa.c of a kernel's sources
// calculate, with their order of checks and their errors. Nothing as the result: it did.

#include <optional>
#include <string_view>

#include "compiler/support/errno.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::sign {

// What was signed: the digest, and the identifier of the algorithm that made it.
struct SignedDigest {
  std::string_view algorithm;
  llvm::StringRef bytes;
};

// `size`: of the key, in bytes of whole digits of the kernel's long numbers. The signature has it.
std::optional<support::Errno> VerifyRsa(llvm::StringRef modulus, llvm::StringRef exponent,
                                        std::size_t size, const SignedDigest& digest,
                                        llvm::StringRef signature);

// A point of the curve in bytes: 4, and two coordinates of equal length.
bool IsOnCurve(std::string_view curve, llvm::StringRef point);

// `digits`: the number of a kernel's digits in a coordinate of the curve.
std::optional<support::Errno> VerifyEcdsa(std::string_view curve, llvm::StringRef point,
                                          std::size_t digits, const SignedDigest& digest,
                                          llvm::StringRef signature);

}  // namespace ipec::sign
