// Any bytes as a policy file: telling text from a signed message, decoding it, checking what is in
// it.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "compiler/pipeline/check_text.h"
#include "compiler/sign/signed_message.h"
#include "compiler/sign/thumbprint.h"
#include "compiler/targets/targets.h"

namespace {

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "pkcs7_fuzz: %s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ipec;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  // Decoded whatever it looks like: the look is a hint, not a guard.
  const sign::SignedMessage message = sign::ReadSignedMessage(bytes);
  const bool whole = message.damage == sign::Damage::None;
  Require(whole || message.content.empty(), "content of a damaged message");
  Require((message.damage == sign::Damage::Malformed) == !message.reason.empty(), "reason");
  if (whole) {
    Require(message.content.size() < bytes.size(), "content longer than the message");
    const pipeline::Checked checked =
        pipeline::CheckText(message.content, targets::DefaultTarget());
    Require(checked.result.error.has_value() == !checked.findings.list().empty(), "verdict");
  }
  if (sign::KindOf(bytes) == sign::Kind::Message) Require(data[0] == 0x30, "a message unlike DER");
  Require(sign::Thumbprint(sign::Hash::Sha256, bytes).size() == 32, "length of a thumbprint");
  return 0;
}
