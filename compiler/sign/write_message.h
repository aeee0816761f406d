#pragma once

// Writes the signed file of a policy, byte for byte as `openssl smime -sign -binary -noattr
// -nodetach -nosmimecap -outform der` does: PKCS#7 with one signer, the policy in it, and nothing
// else signed. It is written from parts, so that the signature may come from elsewhere.

#include <string>
#include <string_view>

#include "compiler/sign/signing_certificate.h"
#include "compiler/sign/thumbprint.h"

namespace ipec::sign {

struct MessageParts {
  std::string_view content;
  const SigningCertificate& signer;
  Hash hash = Hash::Sha256;
  std::string_view signature;  // of RSA, or of ECDSA in DER
  bool includes_certificate = true;
};

std::string WriteMessage(const MessageParts& parts);

// The data that a device with an RSA key signs if it does not hash itself: `DigestInfo` of PKCS#1,
// with the digest of the content.
std::string WriteDigestInfo(Hash hash, std::string_view content);

// The same signature of ECDSA in DER, from the two numbers in a row, as PKCS#11 has it.
std::string WriteEcdsaSignature(std::string_view numbers);

}  // namespace ipec::sign
