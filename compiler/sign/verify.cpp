// pkcs7_verify.c of a kernel's sources.

#include "compiler/sign/verify.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "compiler/sign/algorithms.h"
#include "compiler/sign/ber.h"
#include "compiler/sign/thumbprint.h"
#include "compiler/support/date.h"

namespace ipec::sign {
namespace {

using support::Errno;

Rejection NeverValid(std::string reason, std::string way_out, Errno error = Errno::kEKEYREJECTED) {
  return {Damage::NeverValid, error, std::move(reason), std::move(way_out)};
}

// `2026-03-01 12:00:00`
std::string Show(Time time) {
  namespace chrono = std::chrono;
  const chrono::sys_seconds when{chrono::seconds(time)};
  const auto day = chrono::floor<chrono::days>(when);
  const chrono::hh_mm_ss clock(when - day);
  std::string text = support::DateText(day);
  const auto append = [&text](char before, std::int64_t number) {
    text += before;
    if (number < 10) text += '0';
    text += std::to_string(number);
  };
  append(' ', clock.hours().count());
  append(':', clock.minutes().count());
  append(':', clock.seconds().count());
  return text;
}

class Verifier {
 public:
  Verifier(llvm::StringRef content, const std::vector<Certificate>& certificates)
      : content_(content), certificates_(certificates) {}

  std::optional<Rejection> Verify(const Signer& signer) {
    if (auto rejection = CompareDigest(signer)) return rejection;
    const Certificate* certificate =
        Find([&](const Certificate& each) { return each.id == signer.certificate_id; });
    if (certificate == nullptr) return std::nullopt;
    if (auto rejection = CompareTime(signer, *certificate)) return rejection;
    if (auto rejection = FindFault(certificate->key, SignatureOf(signer, content_), "the signer")) {
      return rejection;
    }
    return WalkChain(*certificate);
  }

 private:
  template <typename Matches>
  const Certificate* Find(Matches matches) const {
    const auto found = std::find_if(certificates_.begin(), certificates_.end(), matches);
    return found == certificates_.end() ? nullptr : &*found;
  }

  std::optional<Rejection> CompareDigest(const Signer& signer) const {
    if (!signer.attributes || !signer.message_digest) return std::nullopt;
    const std::string name = NameOf(signer.signature.digest_algorithm);
    const std::optional<std::vector<std::uint8_t>> digest = DigestOf(name, content_);
    if (!digest) return std::nullopt;  // OpenSSL does not have the algorithm
    const llvm::StringRef expected = *signer.message_digest;
    if (expected.size() != digest->size()) {
      return NeverValid("the signed digest has " + std::to_string(expected.size()) + " bytes, a " +
                            name + " digest has " + std::to_string(digest->size()),
                        "sign the policy again", Errno::kEBADMSG);
    }
    if (std::equal(digest->begin(), digest->end(), expected.bytes_begin())) return std::nullopt;
    return NeverValid("the signed digest is not the digest of the content",
                      "the content was changed after it was signed: sign the policy again");
  }

  static std::optional<Rejection> CompareTime(const Signer& signer,
                                              const Certificate& certificate) {
    if (!signer.signing_time) return std::nullopt;
    const Time time = *signer.signing_time;
    if (time >= certificate.valid_from && time <= certificate.valid_to) return std::nullopt;
    return NeverValid(
        "it was signed at " + Show(time) + ", and the signer's certificate is valid from " +
            Show(certificate.valid_from) + " to " + Show(certificate.valid_to) + " (UTC)",
        "sign with `-noattr`, which omits the time, or with a certificate that is valid");
  }

  // From the signer's certificate to its issuer's and further, as far as they are in the message.
  std::optional<Rejection> WalkChain(const Certificate& first) {
    std::vector<const Certificate*> seen;
    for (const Certificate* at = &first; !at->is_self_signed;) {
      seen.push_back(at);
      const Certificate* issuer = FindIssuer(*at);
      if (issuer == nullptr) return std::nullopt;
      if (at->authority_id && at->authority_key_id && issuer->key_id != at->authority_key_id) {
        return NeverValid(
            "a certificate in it names its issuer by serial number, but another key as the "
            "issuer's",
            "leave the certificates out with `-nocerts`, or reissue the certificate");
      }
      if (std::find(seen.begin(), seen.end(), issuer) != seen.end()) return std::nullopt;
      if (verified_.insert(at).second) {
        auto rejection =
            FindFault(issuer->key, at->signature, "a certificate in it and its issuer");
        if (rejection) return rejection;
      }
      at = issuer;
    }
    return std::nullopt;
  }

  // By its id if that is given, else by its key.
  const Certificate* FindIssuer(const Certificate& of) const {
    if (of.authority_id) {
      return Find([&](const Certificate& each) { return each.id == of.authority_id; });
    }
    if (!of.authority_key_id) return nullptr;
    return Find([&](const Certificate& each) { return each.key_id == of.authority_key_id; });
  }

  llvm::StringRef content_;
  const std::vector<Certificate>& certificates_;
  // With the key of their issuer, for an earlier signer.
  std::set<const Certificate*> verified_;
};

}  // namespace

// Attributes are signed as a set.
MadeSignature SignatureOf(const Signer& signer, llvm::StringRef content) {
  MadeSignature signature = signer.signature;
  std::string text;
  if (signer.attributes) {
    text = signer.attributes->str();
    text[0] = kSet;
  } else {
    text = content.str();
  }
  signature.digest = DigestOf(NameOf(signature.digest_algorithm), text);
  return signature;
}

std::optional<Rejection> FindContradiction(llvm::StringRef content,
                                           const std::vector<Signer>& signers,
                                           const std::vector<Certificate>& certificates) {
  Verifier verifier(content, certificates);
  for (const Signer& signer : signers) {
    if (auto rejection = verifier.Verify(signer)) return rejection;
  }
  return std::nullopt;
}

}  // namespace ipec::sign
