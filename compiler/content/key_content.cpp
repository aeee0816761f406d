#include "compiler/content/key_content.h"

#include "compiler/support/numbers.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::content {
namespace {

using llvm::StringRef;

constexpr StringRef kBegin = "-----BEGIN ";

// The name of a form, and the advice for it.
struct FormRow {
  std::string_view what;
  FormAdvice advice;
};

constexpr FormAdvice kSign = {
    "`ipec sign --certificate=CERT --key=KEY -o P.p7b POLICY` signs the text as kernels load it"};
constexpr std::string_view kCertificate = "a certificate";
constexpr std::string_view kPrivateKey = "a private key";
constexpr std::string_view kMail = "an S/MIME message";
constexpr FormRow kForms[] = {
    {"a CMS message in PEM",
     {"`openssl cms -cmsout -inform pem -in FILE -outform der -out P.p7b` converts it to DER",
      /*is_message=*/true}},
    {"a PKCS#7 message in PEM",
     {"`openssl pkcs7 -in FILE -outform der -out P.p7b` converts it to DER", /*is_message=*/true}},
    {kMail, kSign},
    {"a certificate request", {"a certificate authority issues a certificate for it"}},
    {kCertificate,
     {"`ipec sign --certificate=FILE` signs with it, `ipec verify --trusted=FILE` trusts it"}},
    {kPrivateKey, {"`ipec sign --key=FILE` signs with it"}},
    {"a public key", {"kernels trust certificates, not keys alone"}},
};

// The label of a PEM block, or the end of several ones.
struct LabelRow {
  StringRef label;
  std::string_view what;
};
constexpr LabelRow kLabels[] = {
    {"CMS", kForms[0].what},
    {"PKCS7", kForms[1].what},
    {"PKCS #7 SIGNED DATA", kForms[1].what},
    {"CERTIFICATE REQUEST", kForms[3].what},
    {"CERTIFICATE", kCertificate},
    {"PRIVATE KEY", kPrivateKey},
    {"PUBLIC KEY", kForms[6].what},
};

Content OfLabel(StringRef label) {
  for (const LabelRow& row : kLabels) {
    if (label.endswith(row.label)) return {Kind::Pem, row.what};
  }
  return {Kind::Pem, "a PEM file"};
}

// The label of the first block that is not only parameters of a key.
StringRef FirstLabel(StringRef text) {
  StringRef found;
  while (found.empty() || found.endswith("PARAMETERS")) {
    const std::size_t at = text.startswith(kBegin) ? 0 : text.find(("\n" + kBegin).str());
    if (at == StringRef::npos) break;
    text = text.drop_front(at).ltrim("\n").drop_front(kBegin.size());
    found = text.take_front(text.find("-----"));
  }
  return found;
}

// The lines before the first empty one.
bool IsMail(StringRef text) {
  bool has_version = false;
  bool has_type = false;
  for (std::size_t lines = 0; !text.empty() && lines < 64; ++lines) {
    const auto [whole, rest] = text.split('\n');
    const StringRef line = whole.rtrim("\r");
    text = rest;
    if (line.empty()) break;
    has_version |= line.startswith_insensitive("MIME-Version:");
    has_type |= line.startswith_insensitive("Content-Type:") &&
                (line.contains("pkcs7-") || line.contains("multipart/signed"));
  }
  return has_version && has_type;
}

// Three numbers in DER begin a key of RSA, one an X.509 certificate or a key with its algorithm.
std::optional<Content> DerContent(StringRef bytes) {
  if (bytes.size() < 16 || bytes[0] != '\x30') return std::nullopt;
  const auto skip_head = [](StringRef element) {
    const auto length = support::ToByte(element[1]);
    return element.substr(length < 0x80 ? 2 : 2 + (length & 0x7FU));
  };
  const StringRef first = skip_head(bytes);
  if (first.size() < 8) return std::nullopt;
  if (first.startswith(StringRef("\x02\x01\x00", 3)) &&
      (first[3] == '\x02' || first[3] == '\x30')) {
    return Content{Kind::Pem, kPrivateKey};
  }
  if (first[0] != '\x30') return std::nullopt;
  if (skip_head(first).startswith(StringRef("\xA0\x03\x02\x01\x02", 5))) {
    return Content{Kind::Pem, kCertificate};
  }
  return std::nullopt;
}

}  // namespace

FormAdvice AdviceFor(const Content& content) {
  for (const FormRow& row : kForms) {
    if (content.what == row.what) return row.advice;
  }
  return kSign;
}

Content PemContent(std::string_view bytes) {
  return OfLabel(FirstLabel(bytes));
}

std::optional<Content> KeyContent(std::string_view view) {
  const StringRef bytes = view;
  if (IsMail(bytes)) return Content{Kind::Pem, kMail};
  if (const std::optional<Content> der = DerContent(bytes)) return der;
  // `openssl x509 -text` and `openssl s_client` print other lines first.
  const StringRef label = FirstLabel(bytes);
  if (label.endswith("CERTIFICATE") || label.endswith("PRIVATE KEY")) return OfLabel(label);
  return std::nullopt;
}

}  // namespace ipec::content
