#include "compiler/driver/signer_report.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "compiler/driver/policy_summary.h"
#include "compiler/sign/algorithms.h"
#include "compiler/sign/name_text.h"
#include "compiler/support/date.h"
#include "compiler/support/printable.h"

namespace ipec::driver {
namespace {

using support::JsonWriter;

// The certificate of a signer: in the file, or the trusted one; null: it is in neither.
struct SignerCertificate {
  const sign::Certificate* certificate = nullptr;
  bool is_included = false;
};

SignerCertificate CertificateOf(const sign::Signer& signer, const sign::MessageDetails& details,
                                const sign::Certificate* trusted) {
  const auto is_signers = [&](const sign::Certificate& each) {
    return each.id == signer.certificate_id || each.key_id == signer.certificate_id;
  };
  const auto& all = details.certificates;
  const auto found = std::find_if(all.begin(), all.end(), is_signers);
  if (found != all.end()) return {&*found, true};
  const bool is_trusted = trusted != nullptr && is_signers(*trusted);
  return is_trusted ? SignerCertificate{trusted} : SignerCertificate();
}

std::string NameOfSigner(const sign::Signer& signer) {
  if (signer.issuer.empty()) return "the key with the identifier that the file names";
  return fmt::format("certificate {} of the issuer {}", sign::SerialText(signer.serial),
                     support::Abbreviated(sign::NameText(signer.issuer)));
}

std::string DateTimeOf(sign::Time time) {
  namespace chrono = std::chrono;
  const chrono::sys_seconds when{chrono::seconds(time)};
  const auto day = chrono::floor<chrono::days>(when);
  const chrono::hh_mm_ss clock(when - day);
  return fmt::format("{}T{:02}:{:02}:{:02}Z", support::DateText(day), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

void WriteCertificate(const SignerCertificate& of, JsonWriter& json) {
  json.attribute("certificate_included", of.is_included);
  if (of.certificate == nullptr) {
    json.attribute("certificate", nullptr);
    return;
  }
  const sign::Certificate& certificate = *of.certificate;
  json.attributeObject("certificate", [&] {
    json.attribute("subject", sign::NameText(certificate.subject));
    json.attribute("sha256", certificate.sha256);
    json.attribute("key", sign::DescribeKey(certificate.key));
    json.attribute("valid_from", DateTimeOf(certificate.valid_from));
    json.attribute("valid_to", DateTimeOf(certificate.valid_to));
  });
}

}  // namespace

std::vector<SignerLine> LinesOn(const sign::Signer& signer, const sign::MessageDetails& details,
                                const sign::Certificate* trusted) {
  std::vector<SignerLine> lines;
  const SignerCertificate of = CertificateOf(signer, details, trusted);
  if (of.certificate == nullptr) {
    lines.emplace_back("signer", NameOfSigner(signer) + ", which is not included");
  } else {
    lines.emplace_back("signer", SignerWords(*of.certificate));
    lines.emplace_back("certificate",
                       fmt::format("{}, {}", of.is_included ? "included" : "not included",
                                   ValidityWords(*of.certificate)));
    lines.emplace_back(
        "identity", fmt::format("serial {}, sha256 of the certificate {}",
                                sign::SerialText(of.certificate->serial), of.certificate->sha256));
  }
  lines.emplace_back("signature",
                     fmt::format("{} of the {}{}", sign::NameOf(signer.signature.digest_algorithm),
                                 signer.attributes ? "signed attributes" : "text",
                                 of.is_included && details.reaches_search
                                     ? ", made with the key of the included certificate"
                                     : ""));
  return lines;
}

void WriteSigner(const sign::Signer& signer, const sign::MessageDetails& details,
                 const sign::Certificate* trusted, JsonWriter& json) {
  json.attribute("issuer", sign::NameText(signer.issuer));
  json.attribute("serial", sign::SerialText(signer.serial));
  json.attribute("digest", sign::NameOf(signer.signature.digest_algorithm));
  json.attribute("attributes", signer.attributes.has_value());
  WriteCertificate(CertificateOf(signer, details, trusted), json);
}

}  // namespace ipec::driver
