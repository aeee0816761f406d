#pragma once

// The certificates in a signed file, which a kernel reads before it looks at the signature.

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/sign/ber.h"
#include "compiler/sign/key.h"
#include "compiler/sign/refusal.h"

namespace ipec::sign {

// Seconds since 1970.
using Time = std::int64_t;

// What a kernel keeps of a certificate. It is looked for by its id, serial number and issuer behind
// each other, or by the identifier of its key.
struct Certificate {
  std::string id;
  std::optional<std::string> key_id;
  // Of the certificate that it was signed with.
  std::optional<std::string> authority_id;
  std::optional<std::string> authority_key_id;
  bool is_self_signed = false;
  Time valid_from = 0;
  Time valid_to = 0;
  PublicKey key;
  MadeSignature signature;  // by the key of the certificate that signed it
};

struct CertificateRead {
  std::optional<Refusal>
      refusal;              // why a kernel does not read it, and so not the file that holds it
  Certificate certificate;  // as far as it was read
};

CertificateRead ReadCertificate(llvm::StringRef der);

// For whoever reads names and algorithms: with what is around them, `Name` and
// `AlgorithmIdentifier` of X.509. Of a name, its content. The algorithm is its identifier;
// `parameters` is what follows it.
llvm::StringRef ReadName(BerReader& reader);
std::string ReadAlgorithm(BerReader& reader, llvm::StringRef* parameters = nullptr);

// Nothing: a kernel does not read this as a time.
std::optional<Time> ReadTime(const Element& element);

}  // namespace ipec::sign
