#include "compiler/sign/algorithms.h"

#include <algorithm>
#include <iterator>

namespace ipec::sign {
namespace {

struct Row {
  std::string_view dotted;  // the object identifier
  std::string_view name;    // the usual one
  std::uint8_t uses;        // that a kernel's parser accepts
};

// The algorithms of signatures and certificates: digests, keys and signatures, curves. Keys and
// signatures have their kind, digests the kinds of keys that may sign them. The name of a signature
// of certificates ends with that of its digest. A row without a use is an algorithm that OpenSSL
// supports and no kernel accepts; only its name is needed.
constexpr Row kRows[] = {
    {"1.3.14.3.2.26", "sha1", Digest | Rsa | Ec},
    {"2.16.840.1.101.3.4.2.1", "sha256", Digest | Rsa | Ec},
    {"2.16.840.1.101.3.4.2.2", "sha384", Digest | Rsa | Ec},
    {"2.16.840.1.101.3.4.2.3", "sha512", Digest | Rsa | Ec},
    {"2.16.840.1.101.3.4.2.4", "sha224", Digest | Rsa | Ec},
    {"2.16.840.1.101.3.4.2.8", "sha3-256", Digest | Rsa | Ec},
    {"2.16.840.1.101.3.4.2.9", "sha3-384", Digest | Rsa | Ec},
    {"2.16.840.1.101.3.4.2.10", "sha3-512", Digest | Rsa | Ec},
    {"1.2.156.10197.1.401", "sm3", Digest},
    {"1.2.643.7.1.1.2.2", "streebog256", Digest | Gost},
    {"1.2.643.7.1.1.2.3", "streebog512", Digest | Gost},
    {"1.2.840.113549.2.5", "md5", Nothing},
    {"1.3.36.3.2.1", "ripemd160", Nothing},
    {"2.16.840.1.101.3.4.2.5", "sha512-224", Nothing},
    {"2.16.840.1.101.3.4.2.6", "sha512-256", Nothing},
    {"2.16.840.1.101.3.4.2.7", "sha3-224", Nothing},

    {"1.2.840.113549.1.1.1", "rsa", Signature | Key | Rsa},
    {"1.2.840.10045.2.1", "ec", Key | Ec},
    {"1.2.643.7.1.1.1.1", "gost2012-256", Signature | Key | Gost},
    {"1.2.643.7.1.1.1.2", "gost2012-512", Signature | Key | Gost},
    {"1.2.840.10045.4.1", "ecdsa-with-sha1", Signature | CertificateSignature | Ec},
    {"1.2.840.10045.4.3.1", "ecdsa-with-sha224", Signature | CertificateSignature | Ec},
    {"1.2.840.10045.4.3.2", "ecdsa-with-sha256", Signature | CertificateSignature | Ec},
    {"1.2.840.10045.4.3.3", "ecdsa-with-sha384", Signature | CertificateSignature | Ec},
    {"1.2.840.10045.4.3.4", "ecdsa-with-sha512", Signature | CertificateSignature | Ec},
    {"2.16.840.1.101.3.4.3.10", "ecdsa-with-sha3-256", Signature | CertificateSignature | Ec},
    {"2.16.840.1.101.3.4.3.11", "ecdsa-with-sha3-384", Signature | CertificateSignature | Ec},
    {"2.16.840.1.101.3.4.3.12", "ecdsa-with-sha3-512", Signature | CertificateSignature | Ec},
    {"1.2.840.113549.1.1.5", "rsa-with-sha1", CertificateSignature | Rsa},
    {"1.2.840.113549.1.1.11", "rsa-with-sha256", CertificateSignature | Rsa},
    {"1.2.840.113549.1.1.12", "rsa-with-sha384", CertificateSignature | Rsa},
    {"1.2.840.113549.1.1.13", "rsa-with-sha512", CertificateSignature | Rsa},
    {"1.2.840.113549.1.1.14", "rsa-with-sha224", CertificateSignature | Rsa},
    {"2.16.840.1.101.3.4.3.14", "rsa-with-sha3-256", CertificateSignature | Rsa},
    {"2.16.840.1.101.3.4.3.15", "rsa-with-sha3-384", CertificateSignature | Rsa},
    {"2.16.840.1.101.3.4.3.16", "rsa-with-sha3-512", CertificateSignature | Rsa},
    {"1.2.643.7.1.1.3.2", "gost2012-256-signature", CertificateSignature | Gost},
    {"1.2.643.7.1.1.3.3", "gost2012-512-signature", CertificateSignature | Gost},
    {"1.2.840.113549.1.1.4", "rsa-with-md5", Nothing},
    {"1.2.840.113549.1.1.10", "rsa-pss", Nothing},
    {"1.2.840.10040.4.1", "dsa", Nothing},
    {"1.2.840.10040.4.3", "dsa-with-sha1", Nothing},
    {"2.16.840.1.101.3.4.3.2", "dsa-with-sha256", Nothing},
    {"1.3.101.112", "ed25519", Nothing},
    {"1.3.101.113", "ed448", Nothing},

    {"1.2.840.10045.3.1.1", "P-192", Curve},
    {"1.2.840.10045.3.1.7", "P-256", Curve},
    {"1.3.132.0.34", "P-384", Curve},
    {"1.3.132.0.35", "P-521", Curve},
    {"1.3.132.0.10", "secp256k1", Nothing},
};

const Row* Find(std::string_view dotted) {
  const auto* const found = std::find_if(std::begin(kRows), std::end(kRows),
                                         [&](const Row& row) { return row.dotted == dotted; });
  return found == std::end(kRows) ? nullptr : found;
}

}  // namespace

bool IsTaken(std::string_view dotted, Use use) {
  const Row* row = Find(dotted);
  return row != nullptr && (row->uses & use) != 0;
}

Use KeyKindOf(std::string_view dotted) {
  for (const Use kind : {Rsa, Ec, Gost}) {
    if (IsTaken(dotted, kind)) return kind;
  }
  return Nothing;
}

std::string_view DigestIn(std::string_view dotted) {
  constexpr std::string_view kWith = "-with-";
  const Row* row = Find(dotted);
  const std::size_t with = row == nullptr ? std::string_view::npos : row->name.find(kWith);
  if (with == std::string_view::npos) return {};
  return DottedOf(row->name.substr(with + kWith.size()));
}

std::string_view DottedOf(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kRows), std::end(kRows),
                                         [&](const Row& each) { return each.name == name; });
  return found == std::end(kRows) ? std::string_view() : found->dotted;
}

std::string NameOf(std::string_view dotted) {
  if (dotted.empty()) return "one without a name";
  const Row* row = Find(dotted);
  return std::string(row == nullptr ? dotted : row->name);
}

}  // namespace ipec::sign
