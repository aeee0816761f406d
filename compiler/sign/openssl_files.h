#pragma once

// OpenSSL's objects for certificates and keys, which free themselves. Only for sources that read
// them.

#include <memory>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "compiler/sign/openssl.h"
#include "compiler/support/numbers.h"

namespace ipec::sign {

struct OpenSslFree {
  void operator()(void* bytes) const { OPENSSL_free(bytes); }
};

using Buffer = std::unique_ptr<BIO, FreeBy<BIO_free_all>>;
using X509Certificate = std::unique_ptr<X509, FreeBy<X509_free>>;
using X509Name = std::unique_ptr<X509_NAME, FreeBy<X509_NAME_free>>;
using KeyObject = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeBy<EVP_MD_CTX_free>>;

// For reading; `bytes` must outlive it.
inline Buffer BufferOf(std::string_view bytes) {
  return Buffer(BIO_new_mem_buf(bytes.data(), support::ToInt(bytes.size())));
}

// Null: it is not one, or something follows it.
inline X509Certificate DecodeCertificate(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const end = at + der.size();
  const auto size = static_cast<long>(der.size());  // NOLINT(google-runtime-int): its interface
  X509Certificate certificate(d2i_X509(nullptr, &at, size));
  ERR_clear_error();
  if (at != end) certificate.reset();
  return certificate;
}

}  // namespace ipec::sign
