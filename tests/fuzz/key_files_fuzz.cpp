// Any bytes as the file of a certificate, of a private key and of a signature. A file that is
// written with a certificate has that signer and content when it is read.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "compiler/content/content.h"
#include "compiler/sign/message_details.h"
#include "compiler/sign/name_text.h"
#include "compiler/sign/offered_signature.h"
#include "compiler/sign/private_key.h"
#include "compiler/sign/signed_message.h"
#include "compiler/sign/signing_certificate.h"
#include "compiler/sign/write_message.h"

namespace {

using namespace ipec::sign;

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "key_files_fuzz: %s\n", what);
  std::abort();
}

template <typename Result>
bool IsRead(llvm::Expected<Result>& result) {
  if (result) return true;
  Require(!llvm::toString(result.takeError()).empty(), "an error without words");
  return false;
}

void Sign(const SigningCertificate& signer, const std::string& signature) {
  constexpr std::string_view kContent = "policy_name=p policy_version=1.0.0\n";
  const std::string file = WriteMessage({kContent, signer, Hash::Sha256, signature});
  if (file.size() > kLongestMessage) return;
  MessageDetails details;
  const SignedMessage message = ReadSignedMessage(file, details);
  Require(details.signers.size() == 1, "one signer");
  Require(details.signers[0].certificate_id == signer.certificate.id, "another signer");
  Require(details.signers[0].signature.bytes == signature, "another signature");
  Require(details.certificates.size() == 1, "one certificate");
  Require(details.certificates[0].sha256 == signer.certificate.sha256, "another certificate");
  if (!message.rejection) Require(message.content == kContent, "another content");
  auto taken = TakeSignature(signature, signer, Hash::Sha256, kContent);
  const bool is_good = IsRead(taken);
  const bool is_accepted = !message.rejection.has_value();
  // Bytes that are good in one form may be rejected in another.
  Require(!is_accepted || is_good, "accepted, but not taken");
  (void)NameText(signer.certificate.subject);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  auto certificate = ReadSigningCertificate(bytes);
  const bool is_certificate = IsRead(certificate);
  auto key = PrivateKey::Read(bytes, std::nullopt);
  const bool is_key = IsRead(key);
  if (is_key) {
    auto signature = key->Sign(Hash::Sha256, "text");
    if (IsRead(signature)) Require(!signature->empty(), "an empty signature");
  }
  if (is_certificate) {
    Sign(*certificate, bytes.substr(0, certificate->certificate.key.signature_size));
    if (is_key && key->BelongsTo(*certificate)) {
      auto signature = key->Sign(Hash::Sha256, "policy_name=p policy_version=1.0.0\n");
      if (IsRead(signature)) Sign(*certificate, *signature);
    }
  }
  (void)ipec::content::Classify(bytes);
  return 0;
}
