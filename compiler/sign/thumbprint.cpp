#include "compiler/sign/thumbprint.h"

#include <openssl/evp.h>

#include "compiler/sign/openssl.h"
#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"

namespace ipec::sign {
namespace {

struct HashRow {
  std::string_view name;
  const EVP_MD* (*digest)();
};

constexpr HashRow kHashes[] = {
#define IPEC_HASH(id, name, digest) {name, digest},
#include "compiler/sign/hashes.def"
};

std::vector<std::uint8_t> DigestBy(const EVP_MD* algorithm, llvm::StringRef bytes) {
  UseOpenSsl();
  std::vector<std::uint8_t> digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  const int done = EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm, nullptr);
  IPEC_CHECK(done == 1, "OpenSSL does not hash");
  digest.resize(size);
  return digest;
}

}  // namespace

std::string_view Name(Hash hash) {
  return kHashes[support::IndexOf(hash)].name;
}

std::vector<std::uint8_t> Thumbprint(Hash hash, std::string_view bytes) {
  return DigestBy(kHashes[support::IndexOf(hash)].digest(), bytes);
}

void RunningHash::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

RunningHash::RunningHash(Hash hash) {
  UseOpenSsl();
  context_.reset(EVP_MD_CTX_new());
  copy_.reset(EVP_MD_CTX_new());
  const EVP_MD* algorithm = kHashes[support::IndexOf(hash)].digest();
  const bool done = context_ != nullptr && copy_ != nullptr &&
                    EVP_DigestInit_ex(context_.get(), algorithm, nullptr) == 1;
  IPEC_CHECK(done, "OpenSSL does not hash");
}

void RunningHash::Add(std::string_view bytes) {
  IPEC_CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1,
             "OpenSSL does not hash");
}

std::vector<std::uint8_t> RunningHash::Value() const {
  std::vector<std::uint8_t> digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  const bool done = EVP_MD_CTX_copy_ex(copy_.get(), context_.get()) == 1 &&
                    EVP_DigestFinal_ex(copy_.get(), digest.data(), &size) == 1;
  IPEC_CHECK(done, "OpenSSL does not hash");
  digest.resize(size);
  return digest;
}

std::optional<std::vector<std::uint8_t>> DigestOf(const std::string& algorithm,
                                                  std::string_view bytes) {
  UseOpenSsl();
  const EVP_MD* digest = EVP_get_digestbyname(algorithm.c_str());
  if (digest == nullptr) return std::nullopt;
  return DigestBy(digest, bytes);
}

}  // namespace ipec::sign
