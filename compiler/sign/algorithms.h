#pragma once

// Which algorithms a kernel's parser of signed files accepts, and where: the rows of
// algorithms.def.

#include <cstdint>
#include <string>
#include <string_view>

namespace ipec::sign {

enum Use : std::uint8_t {
  Nothing = 0,
  Digest = 1,                // of what is signed
  Signature = 2,             // of a signer
  CertificateSignature = 4,  // in a certificate
  Key = 8,                   // of a certificate
  Curve = 16,                // of such a key
  // Kinds of keys: of a key, of what a signature is made with, of what may sign a digest.
  Rsa = 32,
  Ec = 64,
  Gost = 128,
};

// Whether a kernel accepts the algorithm with this identifier (`1.3.14.3.2.26`) as `use`.
bool IsTaken(std::string_view dotted, Use use);

// Rsa, Ec or Gost: the key that makes such a signature, or that this is. Nothing: none.
Use KeyKindOf(std::string_view dotted);

// `md5`, and for what has no row the identifier itself.
std::string NameOf(std::string_view dotted);

}  // namespace ipec::sign
