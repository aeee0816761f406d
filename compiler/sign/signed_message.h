#pragma once

// Signed policies: the PKCS#7 messages (DER) that `openssl smime -sign -outform der` makes and that
// a kernel loads, and the CMS messages of `openssl cms -sign` as far as a kernel accepts them.
//
// A message is read as a kernel's parser reads it, so that the same messages are refused, with the
// same error: no library of messages takes and refuses the same.
//
// What a kernel rejects before it looks for a key is rejected here (verify.h). Nothing verifies a
// signature, reads a file, or trusts a byte: any input gives an answer.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/sign/refusal.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::sign {

// The longest signed policy that a kernel's DER decoder takes; a longer one is EMSGSIZE.
inline constexpr std::size_t kLongestMessage = 65535;

// What a file is, judged by its first bytes alone.
enum class Kind : std::uint8_t {
  Text,     // anything else
  Message,  // DER of a PKCS#7 or CMS message, perhaps damaged further on
  Pem,      // `-----BEGIN …`: base64 of something; no kernel loads it
};
Kind KindOf(llvm::StringRef bytes);

struct SignedMessage {
  std::optional<Refusal> refusal;  // none: a kernel finds the content and looks at the signature
  std::string content;             // the signed bytes; empty when refused
};

SignedMessage ReadSignedMessage(llvm::StringRef der);

}  // namespace ipec::sign
