#pragma once

// The key that signs a policy, as a file has it. Keys in devices are never read: they sign in two
// steps.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/sign/signing_certificate.h"
#include "compiler/sign/thumbprint.h"
#include "llvm/Support/Error.h"

namespace ipec::sign {

class PrivateKey {
 public:
  // PEM in any form that OpenSSL reads, or DER. The error does not name the file. The bytes and the
  // passphrase are erased.
  static llvm::Expected<PrivateKey> Read(std::string bytes, std::optional<std::string> passphrase);

  PrivateKey(PrivateKey&& other) noexcept;
  PrivateKey& operator=(PrivateKey&& other) noexcept;
  ~PrivateKey();

  // Whether the certificate is that of this key.
  bool BelongsTo(const SigningCertificate& certificate) const;
  // As WriteMessage takes it. The error: the key is too short for the hash.
  llvm::Expected<std::string> Sign(Hash hash, std::string_view content) const;

 private:
  struct State;
  explicit PrivateKey(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ipec::sign
