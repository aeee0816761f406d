#pragma once

// The algorithms that a kernel's parser of signed files accepts, by their use: the rows of
// algorithms.cpp.

#include <cstdint>
#include <string>
#include <string_view>

namespace ipec::sign {

enum Use : std::uint8_t {
  Nothing = 0,
  Digest = 1,                // of the signed content
  Signature = 2,             // of a signer
  CertificateSignature = 4,  // in a certificate
  Key = 8,                   // of a certificate
  Curve = 16,                // of such a key
  // Kinds of keys: of a key, of the key of a signature, of the keys that may sign a digest.
  Rsa = 32,
  Ec = 64,
  Gost = 128,
};

// Whether a kernel accepts the algorithm with this identifier (`1.3.14.3.2.26`) as `use`.
bool IsTaken(std::string_view dotted, Use use);

// Rsa, Ec or Gost: the kind of the key, or of the key of such a signature. Nothing: none.
Use KeyKindOf(std::string_view dotted);

// The identifier of the digest in such a signature of a certificate. Empty: the kind of key is not
// verified.
std::string_view DigestIn(std::string_view dotted);

// The identifier of a name with a row, such as `sha256`.
std::string_view DottedOf(std::string_view name);

// A name such as `md5`; for an identifier without a row, the identifier itself.
std::string NameOf(std::string_view dotted);

}  // namespace ipec::sign
