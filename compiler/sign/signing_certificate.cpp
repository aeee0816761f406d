#include "compiler/sign/signing_certificate.h"

#include <utility>
#include <vector>

#include "compiler/sign/algorithms.h"
#include "compiler/sign/openssl_files.h"
#include "compiler/sign/pem.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::sign {
namespace {

using support::ErrorOf;

// The certificates of a file, at least one; OpenSSL's forms with trust settings are not read.
llvm::Expected<std::vector<std::string>> FindCertificates(std::string_view bytes) {
  if (bytes.size() > kLongestKeyFile) return ErrorOf("it is too long for a certificate");
  std::vector<std::string> found;
  if (!IsPem(bytes)) {
    if (DecodeCertificate(bytes) == nullptr) return ErrorOf("it is neither PEM nor a certificate");
    found.emplace_back(bytes);
    return found;
  }
  llvm::Expected<std::vector<PemBlock>> blocks = ReadPem(bytes);
  if (!blocks) return blocks.takeError();
  std::string way_out;
  for (PemBlock& block : *blocks) {
    if (block.label == "CERTIFICATE" || block.label == "X509 CERTIFICATE") {
      found.push_back(std::move(block.der));
    } else if (block.label == "TRUSTED CERTIFICATE") {
      way_out = "; `openssl x509 -in FILE -out C.pem` converts it";
    }
  }
  if (!found.empty()) return found;
  return ErrorOf("it contains " + DescribePem(*blocks) + ", not a certificate" + way_out);
}

llvm::Expected<SigningCertificate> UsableCertificate(std::string der) {
  if (DecodeCertificate(der) == nullptr) return ErrorOf("its certificate cannot be decoded");
  CertificateRead read = ReadCertificate(der);
  if (read.rejection) {
    const Rejection& rejection = *read.rejection;
    return ErrorOf("a kernel rejects it with " + std::string(Name(rejection.error)) + ": " +
                   rejection.reason + (rejection.way_out.empty() ? "" : "; " + rejection.way_out));
  }
  const PublicKey& key = read.certificate.key;
  if (key.error) {
    return ErrorOf(key.kind == Rsa
                       ? "a kernel uses RSA keys of 512, 1024, 1536, 2048, 3072 and 4096 bits, and "
                         "its key is not one"
                       : "a kernel uses uncompressed points of the curve as keys, and its key is "
                         "not one");
  }
  if (key.kind != Rsa && key.kind != Ec) {
    return ErrorOf("its key is not one of RSA or of an elliptic curve");
  }
  return SigningCertificate{std::move(der), std::move(read.certificate)};
}

}  // namespace

llvm::Expected<SigningCertificate> ReadSigningCertificate(std::string_view bytes) {
  UseOpenSsl();
  llvm::Expected<std::vector<std::string>> found = FindCertificates(bytes);
  if (!found) return found.takeError();
  return UsableCertificate(std::move(found->front()));
}

llvm::Expected<std::vector<SigningCertificate>> ReadCertificates(std::string_view bytes) {
  UseOpenSsl();
  llvm::Expected<std::vector<std::string>> found = FindCertificates(bytes);
  if (!found) return found.takeError();
  std::vector<SigningCertificate> certificates;
  certificates.reserve(found->size());
  for (std::string& der : *found) {
    llvm::Expected<SigningCertificate> read = UsableCertificate(std::move(der));
    if (!read) return read.takeError();
    certificates.push_back(std::move(*read));
  }
  return certificates;
}

std::string DescribeKey(const PublicKey& key) {
  if (key.kind == Rsa) return "RSA, " + std::to_string(8 * key.signature_size) + " bits";
  return key.kind == Ec ? NameOf(key.curve) : "an unknown kind of key";
}

}  // namespace ipec::sign
