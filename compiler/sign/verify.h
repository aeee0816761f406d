#pragma once

// The checks of a kernel on a readable message before it looks for a trusted key: is the signed
// digest that of the content, was it signed while the signer's certificate was valid, were the
// signatures made with the keys in the message, and do its certificates contradict each other.
//
// Signatures with keys that are not in the message are not verified: they are assumed to be
// correct.

#include <optional>
#include <string>
#include <vector>

#include "compiler/sign/certificate.h"
#include "compiler/sign/rejection.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::sign {

struct Signer {
  std::string certificate_id;  // of the signer's certificate
  // What that consists of; empty if the signer is named by the identifier of its key.
  std::string issuer;
  std::string serial;
  MadeSignature signature;  // without the digest of the signed data
  // Signed instead of the content, with their tag.
  std::optional<llvm::StringRef> attributes;
  std::optional<llvm::StringRef> message_digest;
  std::optional<Time> signing_time;
};

// The signature with the digest of the signed data. `content` is that of the message.
MadeSignature SignatureOf(const Signer& signer, llvm::StringRef content);

// Why no key makes the signatures valid. `content` is empty if the message has none.
std::optional<Rejection> FindContradiction(llvm::StringRef content,
                                           const std::vector<Signer>& signers,
                                           const std::vector<Certificate>& certificates);

}  // namespace ipec::sign
