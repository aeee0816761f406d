#pragma once

// Signed policies: the PKCS#7 messages (DER) that `openssl smime -sign -outform der` makes and that
// a kernel loads. This library reads what is in them and hashes them; it is the only user of
// OpenSSL.
//
// Nothing here verifies a signature, reads a file, or trusts a byte: any input gives an answer.

#include <cstdint>
#include <string>
#include <string_view>

#include "llvm/ADT/StringRef.h"

namespace ipec::sign {

// The longest signed policy that a kernel's DER decoder takes; a longer one is EMSGSIZE.
inline constexpr std::size_t kLongestMessage = 65535;

// What a file is, judged by its first bytes alone.
enum class Kind : std::uint8_t {
  Text,     // anything else
  Message,  // DER of a PKCS#7 signed message, perhaps damaged further on
  Pem,      // `-----BEGIN …`: base64 of something; no kernel loads it
};
Kind KindOf(llvm::StringRef bytes);

enum class Damage : std::uint8_t {
  None,
  Malformed,  // the DER cannot be decoded, or is not a signed message
  Detached,   // a signature without the policy it signs
  NotData,    // what is signed is not plain data
};

struct SignedMessage {
  Damage damage = Damage::None;
  std::string content;  // the signed bytes; empty when damaged
  std::string reason;   // of Malformed: what the decoder says
};

SignedMessage ReadSignedMessage(llvm::StringRef der);

}  // namespace ipec::sign
