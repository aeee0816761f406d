#include "compiler/pipeline/trusted_keys.h"

#include <array>

#include "compiler/sign/name_text.h"
#include "compiler/sign/trust.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::pipeline {
namespace {

using support::Errno;

struct KeyringRow {
  Keyring keyring;
  std::string_view name;
};
constexpr std::array kKeyrings = {
    KeyringRow{Keyring::Builtin, "builtin"}, KeyringRow{Keyring::Secondary, "secondary"},
    KeyringRow{Keyring::Platform, "platform"}, KeyringRow{Keyring::Revoked, "revoked"}};

// The keys of some keyrings, searched as one.
class Search {
 public:
  Search(const TrustedKeys& keys, Keyrings among) {
    for (const TrustedKey& key : keys.keys()) {
      if (!among.Contains(key.keyring)) continue;
      found_.push_back(&key);
      certificates_.push_back(key.certificate.certificate);
    }
  }

  sign::Trust In(const sign::MessageDetails& details) const {
    return sign::FindTrust(details, certificates_);
  }
  const TrustedKey* KeyOf(const sign::Trust& trust) const {
    return trust.key ? found_[*trust.key] : nullptr;
  }

 private:
  std::vector<const TrustedKey*> found_;
  std::vector<sign::Certificate> certificates_;
};

std::string ReasonOf(const sign::Trust& trust, const TrustedKey* key,
                     const sign::MessageDetails& details) {
  if (!trust.error) return {};
  if (key != nullptr) {
    return support::Quoted(support::Abbreviated(key->path)) +
           " is the certificate that the file names, but its key did not make the signature";
  }
  const sign::Signer& signer = details.signers.front();
  if (signer.issuer.empty()) return "no trusted key has the identifier that the file names";
  return "no trusted certificate has the issuer " +
         support::Quoted(support::Abbreviated(sign::NameText(signer.issuer))) +
         " and the serial number " + sign::SerialText(signer.serial);
}

}  // namespace

std::string_view Name(Keyring keyring) {
  return kKeyrings[support::IndexOf(keyring)].name;
}

KeyringFile ParseKeyringFile(std::string_view word) {
  const std::size_t colon = word.find(':');
  for (const KeyringRow& row : kKeyrings) {
    if (row.keyring != Keyring::Revoked && word.substr(0, colon) == row.name &&
        colon != std::string_view::npos) {
      return {row.keyring, std::string(word.substr(colon + 1))};
    }
  }
  return {Keyring::Builtin, std::string(word)};
}

Keyrings AllKeyrings() {
  return {Keyring::Builtin, Keyring::Secondary, Keyring::Platform};
}

Keyrings SearchedBy(const targets::KernelProfile& profile) {
  Keyrings searched;
  for (const std::string& word : profile.policy_keyrings) {
    for (const KeyringRow& row : kKeyrings) {
      if (std::string_view(word).substr(0, word.find(' ')) == row.name) searched.Add(row.keyring);
    }
  }
  return searched;
}

llvm::Error TrustedKeys::Add(const KeyringFile& file, std::string_view bytes) {
  llvm::Expected<std::vector<sign::SigningCertificate>> read = sign::ReadCertificates(bytes);
  if (!read) {
    return support::ErrorOf(
        support::Quoted(support::Abbreviated(file.path)) +
        " is not a certificate of a keyring: " + llvm::toString(read.takeError()));
  }
  keys_.reserve(keys_.size() + read->size());
  for (sign::SigningCertificate& certificate : *read) {
    keys_.push_back({file.keyring, file.path, std::move(certificate)});
  }
  return llvm::Error::success();
}

SignatureVerdict VerdictOn(const sign::MessageDetails& details, const TrustedKeys& keys,
                           Keyrings searched) {
  const Search revocations(keys, {Keyring::Revoked});
  if (const sign::Trust trust = revocations.In(details); !trust.error) {
    const TrustedKey* key = revocations.KeyOf(trust);
    return {Errno::kEKEYREJECTED,
            "the key in " + support::Quoted(support::Abbreviated(key->path)) + " is revoked", key};
  }
  const Search own(keys, searched - Keyrings{Keyring::Platform});
  sign::Trust trust = own.In(details);
  SignatureVerdict verdict{trust.error, {}, own.KeyOf(trust)};
  verdict.reason = ReasonOf(trust, verdict.key, details);
  const bool goes_on = trust.error == Errno::kENOKEY || trust.error == Errno::kEKEYREJECTED;
  if (!goes_on || !searched.Contains(Keyring::Platform)) return verdict;
  const Search platform(keys, {Keyring::Platform});
  // The second answer counts. If that keyring does not know the key, the reason is the first one.
  trust = platform.In(details);
  verdict.error = trust.error;
  if (const TrustedKey* key = platform.KeyOf(trust)) {
    verdict.key = key;
    verdict.reason = ReasonOf(trust, key, details);
  } else if (verdict.key != nullptr) {
    verdict.reason += ", and the platform keyring, which is searched last, does not have it";
  }
  return verdict;
}

}  // namespace ipec::pipeline
