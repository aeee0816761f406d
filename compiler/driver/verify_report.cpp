#include "compiler/driver/verify_report.h"

#include <fmt/format.h>

#include "compiler/driver/policy_summary.h"
#include "compiler/driver/report.h"
#include "compiler/driver/signer_report.h"
#include "compiler/support/line_diff.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::driver {
namespace {

using pipeline::SigningChange;
using support::Errno;
using support::JsonWriter;

// The certificate of the trusted key that was found; null: none was.
const sign::Certificate* TrustedCertificate(const VerifiedFile& file) {
  if (!file.signature || file.signature->key == nullptr) return nullptr;
  return &file.signature->key->certificate.certificate;
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
  for (const sign::Signer& signer : file.details.signers) {
    for (const auto& [title, words] : LinesOn(signer, file.details, TrustedCertificate(file))) {
      out << fmt::format("  {:<12}{}\n", title, words);
    }
  }
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
  json.attribute("left", BytesLeft(size));
  json.attribute("thumbprint", ThumbprintWords(file.bytes(), file.target));
  json.attributeArray("signers", [&] {
    for (const sign::Signer& signer : file.details.signers) {
      json.object([&] { WriteSigner(signer, file.details, TrustedCertificate(file), json); });
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
