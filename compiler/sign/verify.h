#pragma once

// What a kernel asks of a message that it could read, before it looks for a key that it trusts: is
// what was signed the content, was it signed while the signer's certificate was valid, do keys and
// signatures fit, and do the certificates in the message contradict each other.
//
// No signature is verified: the answer is for signatures that are right.

#include <optional>
#include <string>
#include <vector>

#include "compiler/sign/certificate.h"
#include "compiler/sign/refusal.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::sign {

struct Signer {
  std::string certificate_id;  // of the certificate that it signed with
  SignatureForm signature;
  bool has_attributes = false;  // that are signed instead of the content
  std::optional<llvm::StringRef> message_digest;
  std::optional<Time> signing_time;
};

// Why no key makes the signatures valid. Empty content where the message has none.
std::optional<Refusal> FindContradiction(llvm::StringRef content,
                                         const std::vector<Signer>& signers,
                                         const std::vector<Certificate>& certificates);

}  // namespace ipec::sign
