#pragma once

// What a kernel asks of a message that it could read, before it looks for a key that it trusts: is
// what was signed the content, was it signed while the signer's certificate was valid, did the keys
// in the message make the signatures, and do its certificates contradict each other.
//
// Signatures by keys that are not in the message are not verified: the answer is for right ones.

#include <optional>
#include <string>
#include <vector>

#include "compiler/sign/certificate.h"
#include "compiler/sign/refusal.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::sign {

struct Signer {
  std::string certificate_id;  // of the certificate that it signed with
  MadeSignature signature;     // without the digest of what was signed
  // Signed instead of the content, with their tag.
  std::optional<llvm::StringRef> attributes;
  std::optional<llvm::StringRef> message_digest;
  std::optional<Time> signing_time;
};

// Why no key makes the signatures valid. Empty content where the message has none.
std::optional<Refusal> FindContradiction(llvm::StringRef content,
                                         const std::vector<Signer>& signers,
                                         const std::vector<Certificate>& certificates);

}  // namespace ipec::sign
