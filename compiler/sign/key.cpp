// public_key.c of a kernel's sources, and set_pub_key of its rsa.c and ecdsa.c.

#include "compiler/sign/key.h"

#include "compiler/sign/ber.h"

namespace ipec::sign {
namespace {

using support::Errno;

constexpr std::size_t kBytesOfDigit = 8;  // of long numbers in a kernel

std::size_t DigitsOf(std::size_t bytes) {
  return (bytes + kBytesOfDigit - 1) / kBytesOfDigit;
}

void ReadRsaKey(llvm::StringRef bits, PublicKey& key) {
  BerReader reader(bits);
  reader.Enter(kSequence);
  const llvm::StringRef modulus = reader.Take(kInteger).content;
  if (!reader.failed() && modulus.empty()) key.error = Errno::kEINVAL;
  const llvm::StringRef exponent = reader.Take(kInteger).content;
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

// A point of the curve, whose two coordinates are given in full.
bool IsPoint(llvm::StringRef bits, std::string_view curve) {
  std::size_t digits = 9;
  if (NameOf(curve) == "P-192") digits = 3;
  if (NameOf(curve) == "P-256") digits = 4;
  if (NameOf(curve) == "P-384") digits = 6;
  return bits.size() % 2 == 1 && bits[0] == 4 && DigitsOf(bits.size() / 2) == digits;
}

}  // namespace

PublicKey ReadPublicKey(Use kind, std::string_view curve, llvm::StringRef bits) {
  PublicKey key;
  key.kind = kind;
  if (kind == Rsa) ReadRsaKey(bits, key);
  if (kind == Ec && !IsPoint(bits, curve)) key.error = Errno::kEINVAL;
  return key;
}

std::optional<Refusal> FindMisfit(const PublicKey& key, const SignatureForm& signature,
                                  std::string_view whose) {
  const auto misfit = [&](Errno error, std::string_view reason) {
    return Refusal{Damage::NeverValid, error, std::string(whose) + ": " + std::string(reason),
                   "sign with a key, a digest and certificates that go together, as `openssl smime "
                   "-sign -nocerts` with an RSA key of 2048 bits"};
  };
  if (signature.kind != key.kind) {
    return misfit(Errno::kEKEYREJECTED, "the key is of another kind than the signature");
  }
  if (!signature.digest.empty() && !IsTaken(signature.digest, key.kind)) {
    return misfit(Errno::kEINVAL, "the kernel does not accept a digest by " +
                                      NameOf(signature.digest) + " with a key of this kind");
  }
  if (key.error) {
    return misfit(*key.error, key.kind == Rsa
                                  ? "the kernel uses RSA keys of 512, 1024, 1536, 2048, 3072 and "
                                    "4096 bits, and this is not one"
                                  : "the kernel uses uncompressed points of the curve as keys, and "
                                    "this is not one");
  }
  if (key.kind == Rsa && signature.size != key.signature_size) {
    return misfit(Errno::kEINVAL, "the signature has " + std::to_string(signature.size) +
                                      " bytes, the kernel expects " +
                                      std::to_string(key.signature_size) + " with this key");
  }
  return std::nullopt;
}

}  // namespace ipec::sign
