#pragma once

// The certificate of whoever signs a policy, as a file has it.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/sign/certificate.h"
#include "llvm/Support/Error.h"

namespace ipec::sign {

struct SigningCertificate {
  std::string der;
  Certificate certificate;
};

// The first certificate of a PEM file, as openssl uses it, or one in DER. The error says why the
// file has none that a kernel can read, and does not name the file.
llvm::Expected<SigningCertificate> ReadSigningCertificate(std::string_view bytes);

// The same of all certificates of a file, which are those of a keyring.
llvm::Expected<std::vector<SigningCertificate>> ReadCertificates(std::string_view bytes);

// `RSA, 2048 bits` or `P-256`.
std::string DescribeKey(const PublicKey& key);

}  // namespace ipec::sign
