// Any bytes as a signed file and the certificates of a keyring behind it: is there a key that a
// kernel trusts? If the kernel's own code was built, both must agree.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "compiler/sign/ber.h"
#include "compiler/sign/message_details.h"
#include "compiler/sign/signed_message.h"
#include "compiler/sign/trust.h"
#ifdef IPEC_MESSAGE_JUDGE
#include "tests/kernel/userspace/message/message_judge.h"
#endif

namespace {

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "trust_fuzz: %s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ipec::sign;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  BerReader reader(bytes);
  const std::string file = reader.TakeAny().whole.str();
  std::vector<std::string> keys;
  while (!reader.failed() && !reader.AtEnd() && keys.size() < 8) {
    keys.push_back(reader.TakeAny().whole.str());
  }
  if (file.size() > kLongestMessage) return 0;
  MessageDetails details;
  const SignedMessage message = ReadSignedMessage(file, details);
  Require(details.reaches_search || message.rejection.has_value(), "accepted without a key");
  if (!details.reaches_search) return 0;
  Require(!details.signers.empty(), "a message without a signer");
  std::vector<Certificate> keyring;
  for (const std::string& key : keys) {
    CertificateRead read = ReadCertificate(key);
    if (!read.rejection) keyring.push_back(std::move(read.certificate));
  }
  const Trust trust = FindTrust(details, keyring);
  Require(!trust.key || *trust.key < keyring.size(), "a key that is not in the keyring");
  Require(trust.error.has_value() || !keyring.empty(), "trusted without a key");
#ifdef IPEC_MESSAGE_JUDGE
  JudgedMessage judged{};
  if (JudgeMessage(file.data(), file.size(), &judged) != 0 || judged.unhashed != 0) return 0;
  std::vector<JudgedKey> judged_keys;
  judged_keys.reserve(keys.size());
  for (const std::string& key : keys) judged_keys.push_back({key.data(), key.size()});
  const int theirs = JudgeTrust(file.data(), file.size(), judged_keys.data(), judged_keys.size());
  const int ours = trust.error ? -static_cast<int>(*trust.error) : 0;
  Require(ours == theirs, "another errno than the kernel's");
#endif
  return 0;
}
