// public_key.c of a kernel's sources, and set_pub_key of its rsa.c and ecdsa.c.

#include "compiler/sign/key.h"

#include "compiler/sign/arithmetic.h"
#include "compiler/sign/ber.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::sign {
namespace {

using support::Errno;

std::size_t DigitsOf(std::size_t bytes) {
  return (bytes + kBytesOfDigit - 1) / kBytesOfDigit;
}

void ReadRsaKey(llvm::StringRef bits, PublicKey& key) {
  BerReader reader(bits);
  reader.Enter(kSequence);
  const llvm::StringRef modulus = reader.Take(kInteger).content;
  if (!reader.failed() && modulus.empty()) key.error = Errno::kEINVAL;
  const llvm::StringRef exponent = reader.Take(kInteger).content;
  key.modulus = modulus.str();
  key.exponent = exponent.str();
  if (!reader.failed() && (exponent.empty() || exponent.size() > modulus.size())) {
    key.error = Errno::kEINVAL;
  }
  reader.Leave();
  if (key.error) return;
  if (reader.failed()) {
    key.error = Errno::kEBADMSG;
    return;
  }
  key.signature_size = kBytesOfDigit * DigitsOf(modulus.ltrim('\0').size());
  switch (8 * key.signature_size) {
    case 512:
    case 1024:
    case 1536:
    case 2048:
    case 3072:
    case 4096:
      return;
    default:
      key.error = Errno::kEINVAL;
  }
}

std::size_t DigitsOfCurve(std::string_view curve) {
  if (NameOf(curve) == "P-192") return 3;
  if (NameOf(curve) == "P-256") return 4;
  if (NameOf(curve) == "P-384") return 6;
  return 9;
}

// A point of the curve, whose two coordinates are given in full.
bool IsPoint(llvm::StringRef bits, std::string_view curve) {
  return IsTaken(curve, Curve) && bits.size() % 2 == 1 && bits[0] == 4 &&
         DigitsOf(bits.size() / 2) == DigitsOfCurve(curve) && IsOnCurve(curve, bits);
}

std::optional<Errno> Verify(const PublicKey& key, const MadeSignature& signature) {
  if (!signature.digest || (key.kind != Rsa && key.kind != Ec)) return std::nullopt;
  const SignedDigest digest = {signature.digest_algorithm, llvm::toStringRef(*signature.digest)};
  if (key.kind == Rsa) {
    return VerifyRsa(key.modulus, key.exponent, key.signature_size, digest, signature.bytes);
  }
  return VerifyEcdsa(key.curve, key.point, DigitsOfCurve(key.curve), digest, signature.bytes);
}

}  // namespace

PublicKey ReadPublicKey(Use kind, std::string_view curve, llvm::StringRef bits) {
  PublicKey key;
  key.kind = kind;
  if (kind == Rsa) ReadRsaKey(bits, key);
  if (kind == Ec) {
    key.curve = curve;
    key.point = bits.str();
    if (!IsPoint(bits, curve)) key.error = Errno::kEINVAL;
  }
  return key;
}

std::optional<Rejection> FindFault(const PublicKey& key, const MadeSignature& signature,
                                   std::string_view whose) {
  const auto misfit = [&](Errno error, std::string_view reason) {
    return Rejection{Damage::NeverValid, error, std::string(whose) + ": " + std::string(reason),
                     "use a key, a digest and certificates that match, as `openssl smime "
                     "-sign -nocerts` does with an RSA key of 2048 bits"};
  };
  if (signature.kind != key.kind) {
    return misfit(Errno::kEKEYREJECTED, "the key and the signature are of different types");
  }
  const std::string& algorithm = signature.digest_algorithm;
  if (!algorithm.empty() && !IsTaken(algorithm, key.kind)) {
    return misfit(Errno::kEINVAL, "the kernel does not accept a digest by " + NameOf(algorithm) +
                                      " with a key of this type");
  }
  if (key.error) {
    return misfit(*key.error, key.kind == Rsa
                                  ? "the kernel uses RSA keys of 512, 1024, 1536, 2048, 3072 and "
                                    "4096 bits, and this is not one"
                                  : "the kernel uses uncompressed points of the curve as keys, and "
                                    "this is not one");
  }
  if (key.kind == Rsa && signature.bytes.size() != key.signature_size) {
    return misfit(Errno::kEINVAL, "the signature has " + std::to_string(signature.bytes.size()) +
                                      " bytes, the kernel expects " +
                                      std::to_string(key.signature_size) + " with this key");
  }
  if (const std::optional<Errno> error = Verify(key, signature)) {
    return Rejection{Damage::NeverValid, *error,
                     std::string(whose) + ": the signature was not made with this key",
                     "the content, the signature or the certificate was changed: sign the policy "
                     "again; `openssl smime -sign -nocerts` leaves certificates out"};
  }
  return std::nullopt;
}

}  // namespace ipec::sign
