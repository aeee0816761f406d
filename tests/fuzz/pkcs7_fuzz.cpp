// Any bytes as a policy file: recognizing a signed message, decoding it, checking its contents. If
// the kernel's own code was built, both must agree, up to the point where the kernel looks for a
// key.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "compiler/sign/signed_message.h"
#include "compiler/sign/thumbprint.h"
#include "compiler/targets/targets.h"
#include "tests/unit/check_text.h"
#ifdef IPEC_MESSAGE_JUDGE
#include "tests/kernel/userspace/message/message_judge.h"
#endif

namespace {

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "pkcs7_fuzz: %s\n", what);
  std::abort();
}

#ifdef IPEC_MESSAGE_JUDGE
void CompareWithKernel(const std::string& bytes, const ipec::sign::SignedMessage& message) {
  if (bytes.size() > ipec::sign::kLongestMessage) return;  // the driver reports EMSGSIZE
  JudgedMessage judged{};
  const int error = JudgeMessage(bytes.data(), bytes.size(), &judged);
  const int ours = message.rejection ? -static_cast<int>(message.rejection->error) : 0;
  if (judged.unhashed != 0) return;  // an algorithm that neither side supports
  if (error != 0) return Require(error == ours, "another errno than the kernel's");
  // The errors that the kernel finds when it hashes the content.
  constexpr int kKeyRejected = -129;
  const bool in_pieces =
      message.rejection && message.rejection->damage == ipec::sign::Damage::InPieces;
  if (judged.is_data == 0 || judged.content == nullptr || in_pieces) {
    return Require(ours == kKeyRejected, "taken, and the kernel would not");
  }
  Require(ours == 0, "rejected, but the kernel accepts it");
  const std::string_view content(static_cast<const char*>(judged.content), judged.size);
  Require(content == message.content, "another content than the kernel's");
}
#endif

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ipec;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  // Decoded whatever it looks like: the check of its beginning is only a hint.
  const sign::SignedMessage message = sign::ReadSignedMessage(bytes);
  const bool whole = !message.rejection.has_value();
  Require(whole || message.content.empty(), "content of a rejected message");
  if (!whole) {
    const bool has_reason = message.rejection->damage == sign::Damage::Malformed ||
                            message.rejection->damage == sign::Damage::Unsupported ||
                            message.rejection->damage == sign::Damage::NeverValid;
    Require(has_reason == !message.rejection->reason.empty(), "reason");
  }
#ifdef IPEC_MESSAGE_JUDGE
  CompareWithKernel(bytes, message);
#endif
  if (whole) {
    Require(message.content.size() < bytes.size(), "content longer than the message");
    const tests::Checked checked = tests::CheckText(message.content, targets::DefaultTarget());
    Require(checked.result.error.has_value() == !checked.findings.list().empty(), "verdict");
  }
  if (sign::KindOf(bytes) == sign::Kind::Message) {
    Require((data[0] | 0x20) == 0x30, "a message unlike DER");
  } else {
    Require(!whole, "text that is a whole message");
  }
  Require(sign::Thumbprint(sign::Hash::Sha256, bytes).size() == 32, "length of a thumbprint");
  return 0;
}
