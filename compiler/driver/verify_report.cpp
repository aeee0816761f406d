#include "compiler/driver/verify_report.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "compiler/driver/policy_summary.h"
#include "compiler/driver/report.h"
#include "compiler/sign/algorithms.h"
#include "compiler/sign/name_text.h"
#include "compiler/support/date.h"
#include "compiler/support/line_diff.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::driver {
namespace {

using pipeline::SigningChange;
using support::Errno;
using support::JsonWriter;

// The certificate of a signer: in the file, or the trusted one; null: it is in neither.
struct SignerCertificate {
  const sign::Certificate* certificate = nullptr;
  bool is_included = false;
};

SignerCertificate CertificateOf(const VerifiedFile& file, const sign::Signer& signer) {
  const auto is_signers = [&](const sign::Certificate& each) {
    return each.id == signer.certificate_id || each.key_id == signer.certificate_id;
  };
  const auto& all = file.details.certificates;
  const auto found = std::find_if(all.begin(), all.end(), is_signers);
  if (found != all.end()) return {&*found, true};
  if (!file.signature || file.signature->key == nullptr) return {};
  const sign::Certificate& trusted = file.signature->key->certificate.certificate;
  return is_signers(trusted) ? SignerCertificate{&trusted} : SignerCertificate();
}

std::string NameOfSigner(const sign::Signer& signer) {
  if (signer.issuer.empty()) return "the key with the identifier that the file names";
  return fmt::format("certificate {} of the issuer {}", sign::SerialText(signer.serial),
                     support::Abbreviated(sign::NameText(signer.issuer)));
}

void PrintSigner(const VerifiedFile& file, const sign::Signer& signer, llvm::raw_ostream& out) {
  const SignerCertificate of = CertificateOf(file, signer);
  if (of.certificate == nullptr) {
    out << fmt::format("  signer      {}, which is not included\n", NameOfSigner(signer));
  } else {
    out << fmt::format("  signer      {}\n", SignerWords(*of.certificate));
    out << fmt::format("  certificate {}, {}\n", of.is_included ? "included" : "not included",
                       ValidityWords(*of.certificate));
    out << fmt::format("  identity    sha256 of the certificate {}\n", of.certificate->sha256);
  }
  out << fmt::format("  signature   {} of the {}{}\n",
                     sign::NameOf(signer.signature.digest_algorithm),
                     signer.attributes ? "signed attributes" : "text",
                     of.is_included && file.details.reaches_search
                         ? ", made with the key of the included certificate"
                         : "");
}

std::string TrustWords(const VerifiedFile& file) {
  if (!file.signature) return "not checked: `--trusted=CERT` names a key that the kernel trusts";
  const pipeline::SignatureVerdict& verdict = *file.signature;
  if (verdict.error) return "rejected: " + verdict.reason;
  return fmt::format("by the key in {}, {} keyring",
                     support::Quoted(support::Abbreviated(verdict.key->path)),
                     Name(verdict.key->keyring));
}

void PrintDifference(const VerifiedFile& file, llvm::raw_ostream& out) {
  // Of line ends only, all lines differ and none shows it.
  if (file.change != SigningChange::Content) return;
  const std::string diff = support::UnifiedDiff(file.reviewed->name(), file.reviewed->text(),
                                                file.reading.source().text());
  llvm::StringRef rest = diff;
  while (!rest.empty()) {
    const auto [line, more] = rest.split('\n');
    rest = more;
    out << "    " << support::Printable({line.data(), line.size()}) << '\n';
  }
}

void PrintVerdict(const VerifiedFile& file, llvm::raw_ostream& out) {
  const std::string name = support::Printable(file.name);
  const std::string_view target = file.target.name;
  if (const std::optional<Errno> error = file.error()) {
    out << fmt::format("{}: {} rejects this policy with {} ({})\n", name, target, Name(*error),
                       MeaningOf(*error));
  } else if (file.signature) {
    out << fmt::format("{}: {} accepts this policy\n", name, target);
  } else {
    out << fmt::format("{}: {} accepts this policy if it trusts the signer\n", name, target);
  }
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

void WriteSigner(const VerifiedFile& file, const sign::Signer& signer, JsonWriter& json) {
  json.attribute("issuer", sign::NameText(signer.issuer));
  json.attribute("serial", sign::SerialText(signer.serial));
  json.attribute("digest", sign::NameOf(signer.signature.digest_algorithm));
  json.attribute("attributes", signer.attributes.has_value());
  WriteCertificate(CertificateOf(file, signer), json);
}

void WriteTrust(const VerifiedFile& file, JsonWriter& json) {
  if (!file.signature) {
    json.attribute("trust", nullptr);
    return;
  }
  const pipeline::SignatureVerdict& verdict = *file.signature;
  json.attributeObject("trust", [&] {
    json.attribute("trusted", !verdict.error.has_value());
    if (verdict.error) json.attribute("reason", verdict.reason);
    if (verdict.key != nullptr) {
      json.attribute("certificate", verdict.key->path);
      json.attribute("keyring", Name(verdict.key->keyring));
    }
  });
}

std::string_view WordOf(SigningChange change) {
  switch (change) {
    case SigningChange::None:
      return "none";
    case SigningChange::CrlfAdded:
      return "crlf-added";
    case SigningChange::LineEnds:
      return "line-ends";
    case SigningChange::Content:
      break;
  }
  return "content";
}

template <typename Value>
void WriteOrNull(std::string_view key, const std::optional<Value>& value, JsonWriter& json) {
  if (value) {
    json.attribute(key, *value);
  } else {
    json.attribute(key, nullptr);
  }
}

}  // namespace

llvm::StringRef VerifiedFile::bytes() const {
  return is_signed() ? reading.file().file.text() : reading.source().text();
}

std::optional<Errno> VerifiedFile::error() const {
  if (signature && signature->error) return signature->error;
  if (is_signed()) return reading.error();
  // Not even the first byte is read.
  return bytes().size() > sign::kLongestMessage ? Errno::kEMSGSIZE : Errno::kEBADMSG;
}

void PrintVerified(const VerifiedFile& file, bool color, llvm::raw_ostream& out) {
  const std::string name = support::Printable(file.name);
  const pipeline::Identity identity = file.reading.identity();
  if (!file.is_signed()) {
    const bool is_text = file.reading.file().content.kind == content::Kind::Text;
    out << fmt::format("{}: not a signed file{}\n", name,
                       is_text ? "; `ipec sign` signs a policy" : "");
  } else if (identity.name) {
    out << fmt::format("{}: signed policy {} {}\n", name, support::Printable(*identity.name),
                       identity.version.value_or(""));
  } else {
    out << fmt::format("{}: a signed file\n", name);
  }
  for (const sign::Signer& signer : file.details.signers) PrintSigner(file, signer, out);
  if (file.is_signed()) {
    out << fmt::format("  size        {}\n", SizeWords(file.bytes().size()));
    out << fmt::format("  thumbprint  {}\n", ThumbprintWords(file.bytes(), file.target));
    if (file.details.reaches_search) out << fmt::format("  trusted     {}\n", TrustWords(file));
  }
  if (file.reviewed != nullptr) {
    const std::string& reviewed = file.reviewed->name();
    out << "  text        "
        << (file.change == SigningChange::None
                ? "is that of " + support::Quoted(support::Abbreviated(reviewed))
                : Describe(file.change, reviewed))
        << '\n';
    PrintDifference(file, out);
  }
  if (file.reading.file().content.kind != content::Kind::Text) {
    PrintDiagnostics(file.reading, file.target, color, out);
  }
  PrintVerdict(file, out);
}

void WriteVerified(const VerifiedFile& file, JsonWriter& json) {
  const pipeline::Identity identity = file.reading.identity();
  const std::optional<Errno> error = file.error();
  json.attribute("file", file.name);
  json.attribute("target", file.target.name);
  json.attribute("signed", file.is_signed());
  WriteOrNull("errno", error ? std::optional(Name(*error)) : std::nullopt, json);
  WriteTrust(file, json);
  WriteOrNull("name", identity.name, json);
  WriteOrNull("policy_version", identity.version, json);
  const std::size_t size = file.bytes().size();
  json.attribute("size", size);
  json.attribute("left", size > sign::kLongestMessage ? 0 : sign::kLongestMessage - size);
  json.attribute("thumbprint", ThumbprintWords(file.bytes(), file.target));
  json.attributeArray("signers", [&] {
    for (const sign::Signer& signer : file.details.signers) {
      json.object([&] { WriteSigner(file, signer, json); });
    }
  });
  if (file.reviewed == nullptr) {
    json.attribute("text", nullptr);
  } else {
    json.attributeObject("text", [&] {
      json.attribute("file", file.reviewed->name());
      json.attribute("difference", WordOf(file.change));
    });
  }
  json.attributeArray("findings", [&] {
    for (const diagnostics::Diagnostic& finding : file.reading.diagnostics()) {
      json.object([&] {
        json.attribute("code", finding.descriptor->code);
        json.attribute("name", finding.descriptor->name);
        json.attribute("message", finding.message);
      });
    }
  });
}

}  // namespace ipec::driver
