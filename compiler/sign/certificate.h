#pragma once

// The certificates in a signed file, which a kernel reads before it looks at the signature.

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/sign/ber.h"
#include "compiler/sign/key.h"
#include "compiler/sign/rejection.h"

namespace ipec::sign {

// Seconds since 1970.
using Time = std::int64_t;

// The data that a kernel keeps of a certificate. It is found by its id, which is serial number and
// issuer joined, or by the identifier of its key.
struct Certificate {
  std::string id;
  // The contents of their elements.
  std::string serial;
  std::string issuer;
  std::string subject;
  std::string sha256;  // of the whole certificate, lowercase hex
  std::optional<std::string> key_id;
  // Of the issuer's certificate.
  std::optional<std::string> authority_id;
  std::optional<std::string> authority_key_id;
  bool is_self_signed = false;
  Time valid_from = 0;
  Time valid_to = 0;
  PublicKey key;
  MadeSignature signature;  // made with the issuer's key
};

struct CertificateRead {
  std::optional<Rejection> rejection;  // why a kernel rejects it, and so the file that contains it
  Certificate certificate;             // as far as it was read
};

CertificateRead ReadCertificate(llvm::StringRef der);

// For readers of names and algorithms: `Name` and `AlgorithmIdentifier` of X.509 with the enclosing
// element. Of a name, its content. An algorithm is its identifier, followed by `parameters`.
llvm::StringRef ReadName(BerReader& reader);
std::string ReadAlgorithm(BerReader& reader, llvm::StringRef* parameters = nullptr);

// Nothing if a kernel does not read it as a time.
std::optional<Time> ReadTime(const Element& element);

}  // namespace ipec::sign
