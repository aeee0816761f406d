#pragma once

// The keys that a kernel trusts, and its answer to the signature of a policy.
//
//   in   certificates with the keyrings that hold them; which keyrings the kernel searches
//   out  SignatureVerdict   the errno, and why
//
// Source: ipe_new_policy() of security/ipe/policy.c, and certs/system_keyring.c of Linux 6.12.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/sign/message_details.h"
#include "compiler/sign/signing_certificate.h"
#include "compiler/support/enum_set.h"
#include "compiler/support/errno.h"
#include "compiler/targets/kernel_profile.h"
#include "llvm/Support/Error.h"

namespace ipec::pipeline {

// Those that hold keys for policies, and that of revoked certificates.
enum class Keyring : std::uint8_t { Builtin, Secondary, Platform, Revoked };
using Keyrings = support::EnumSet<Keyring>;

// `builtin`
std::string_view Name(Keyring keyring);

// A value of `--trusted`: `C.pem`, which is in the builtin keyring, or `platform:C.pem`.
struct KeyringFile {
  Keyring keyring = Keyring::Builtin;
  std::string path;
};
KeyringFile ParseKeyringFile(std::string_view word);

// All three: those that a kernel searches unless its configuration excludes some.
Keyrings AllKeyrings();
// Those of a profile. One that a fragment does not mention counts as searched.
Keyrings SearchedBy(const targets::KernelProfile& profile);

struct TrustedKey {
  Keyring keyring = Keyring::Builtin;
  std::string path;
  sign::SigningCertificate certificate;
};

class TrustedKeys {
 public:
  // All certificates of a file. The error: it contains none, or one that a kernel cannot load.
  llvm::Error Add(const KeyringFile& file, std::string_view bytes);

  std::span<const TrustedKey> keys() const { return keys_; }
  bool empty() const { return keys_.empty(); }

 private:
  std::vector<TrustedKey> keys_;
};

struct SignatureVerdict {
  std::optional<support::Errno> error;  // none: the kernel trusts it
  std::string reason;                   // of the error
  const TrustedKey* key = nullptr;      // that was found; null: none
};

// For a message that reaches the search for a key.
SignatureVerdict VerdictOn(const sign::MessageDetails& details, const TrustedKeys& keys,
                           Keyrings searched);

}  // namespace ipec::pipeline
