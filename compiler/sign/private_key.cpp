#include "compiler/sign/private_key.h"

#include <algorithm>
#include <utility>

#include <openssl/pem.h>

#include "compiler/sign/openssl_files.h"
#include "compiler/sign/pem.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::sign {
namespace {

using support::ErrorOf;

// The passphrase for OpenSSL, and whether it was needed.
struct Unlock {
  const std::optional<std::string>& passphrase;
  bool was_needed = false;

  static int Give(char* room, int size, int /*writes*/, void* unlock) {
    auto& self = *static_cast<Unlock*>(unlock);
    self.was_needed = true;
    if (!self.passphrase || self.passphrase->size() > support::ToSize(size)) return -1;
    std::copy(self.passphrase->begin(), self.passphrase->end(), room);
    return support::ToInt(self.passphrase->size());
  }
};

void Erase(std::string& secret) {
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

KeyObject Decode(std::string_view bytes, Unlock& unlock) {
  if (IsPem(bytes)) {
    const Buffer buffer = BufferOf(bytes);
    return KeyObject(PEM_read_bio_PrivateKey(buffer.get(), nullptr, &Unlock::Give, &unlock));
  }
  const Buffer buffer = BufferOf(bytes);
  if (KeyObject key{d2i_PrivateKey_bio(buffer.get(), nullptr)}) return key;
  const Buffer again = BufferOf(bytes);
  return KeyObject(d2i_PKCS8PrivateKey_bio(again.get(), nullptr, &Unlock::Give, &unlock));
}

// Why the file has no key that can be used.
llvm::Error WhyNot(std::string_view bytes, const Unlock& unlock) {
  if (unlock.was_needed && !unlock.passphrase) {
    return ErrorOf(
        "it is encrypted: `--passphrase-file=FILE` names a file or pipe with the passphrase");
  }
  if (unlock.was_needed) return ErrorOf("the passphrase does not decrypt it");
  if (llvm::StringRef(bytes).startswith("pkcs11:")) {
    return ErrorOf(
        "a key in a device signs in two steps: `ipec sign --request`, then `--signature`");
  }
  if (!IsPem(bytes)) return ErrorOf("it is neither PEM nor a private key in DER");
  llvm::Expected<std::vector<PemBlock>> blocks = ReadPem(bytes);
  if (!blocks) return blocks.takeError();
  for (const PemBlock& block : *blocks) {
    if (block.label == "OPENSSH PRIVATE KEY") {
      return ErrorOf("it is a key of OpenSSH; `ssh-keygen -p -m PEM -f FILE` converts it to PEM");
    }
    if (llvm::StringRef(block.label).endswith("PRIVATE KEY")) {
      return ErrorOf("its private key cannot be decoded");
    }
  }
  return ErrorOf("it contains " + DescribePem(*blocks) + ", not a private key");
}

}  // namespace

struct PrivateKey::State {
  KeyObject key;
};

PrivateKey::PrivateKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
PrivateKey::PrivateKey(PrivateKey&& other) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&& other) noexcept = default;
PrivateKey::~PrivateKey() = default;

llvm::Expected<PrivateKey> PrivateKey::Read(std::string bytes,
                                            std::optional<std::string> passphrase) {
  UseOpenSsl();
  if (bytes.size() > kLongestKeyFile) return ErrorOf("it is too long for a private key");
  Unlock unlock{passphrase};
  KeyObject key = Decode(bytes, unlock);
  ERR_clear_error();
  llvm::Error error = llvm::Error::success();
  if (key == nullptr) {
    llvm::consumeError(std::move(error));
    error = WhyNot(bytes, unlock);
  }
  Erase(bytes);
  if (passphrase) Erase(*passphrase);
  if (error) return error;
  const int kind = EVP_PKEY_get_base_id(key.get());
  if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_EC) {
    const char* const name = EVP_PKEY_get0_type_name(key.get());
    return ErrorOf("it is a key of " + std::string(name == nullptr ? "an unknown kind" : name) +
                   "; a kernel accepts signatures by RSA and ECDSA (P-256, P-384)");
  }
  return PrivateKey(std::make_unique<State>(State{std::move(key)}));
}

bool PrivateKey::BelongsTo(const SigningCertificate& certificate) const {
  const X509Certificate decoded = DecodeCertificate(certificate.der);
  EVP_PKEY* const key = decoded == nullptr ? nullptr : X509_get0_pubkey(decoded.get());
  const bool same = key != nullptr && EVP_PKEY_eq(key, state_->key.get()) == 1;
  ERR_clear_error();
  return same;
}

llvm::Expected<std::string> PrivateKey::Sign(Hash hash, std::string_view content) const {
  const DigestContext context(EVP_MD_CTX_new());
  const auto* const bytes = reinterpret_cast<const unsigned char*>(content.data());
  const std::string name(Name(hash));
  const EVP_MD* const digest = EVP_get_digestbyname(name.c_str());
  std::size_t size = 0;
  std::string signature;
  bool done = EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, state_->key.get()) == 1 &&
              EVP_DigestSign(context.get(), nullptr, &size, bytes, content.size()) == 1;
  if (done) {
    signature.resize(size);
    auto* const out = reinterpret_cast<unsigned char*>(signature.data());
    done = EVP_DigestSign(context.get(), out, &size, bytes, content.size()) == 1;
  }
  ERR_clear_error();
  if (!done) return ErrorOf("the key cannot sign a digest by " + name);
  signature.resize(size);  // of ECDSA, it varies
  return signature;
}

}  // namespace ipec::sign
