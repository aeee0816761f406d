#pragma once

// Signed policies: the PKCS#7 messages (DER) of `openssl smime -sign -outform der`, which a kernel
// loads, and the CMS messages of `openssl cms -sign` as far as a kernel accepts them.
//
// Messages are read like in a kernel's parser, so that the same messages are rejected with the same
// errno; no library accepts exactly the same messages.
//
// Also rejects what a kernel rejects before it looks for a key (verify.h). Nothing here verifies a
// signature, reads a file, or trusts its input: any bytes give a result.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/sign/rejection.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::sign {

// The longest signed policy that a kernel's DER decoder accepts; a longer one is EMSGSIZE.
inline constexpr std::size_t kLongestMessage = 65535;

// The kind of a file, determined only by its first bytes.
enum class Kind : std::uint8_t {
  Text,     // anything else
  Message,  // DER of a PKCS#7 or CMS message, possibly damaged after the beginning
  Pem,      // `-----BEGIN …`: some base64 content; no kernel loads it
};
Kind KindOf(std::string_view bytes);

struct SignedMessage {
  std::optional<Rejection> rejection;  // none: a kernel finds the content and checks the signature
  std::string content;                 // the signed bytes; empty if rejected
};

SignedMessage ReadSignedMessage(std::string_view der);

}  // namespace ipec::sign
