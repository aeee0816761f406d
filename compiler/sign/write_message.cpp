#include "compiler/sign/write_message.h"

#include "compiler/sign/algorithms.h"
#include "compiler/sign/der.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::sign {
namespace {

constexpr std::string_view kPlainData = "1.2.840.113549.1.7.1";
constexpr std::string_view kSignedMessage = "1.2.840.113549.1.7.2";

// An algorithm with the parameter NULL.
std::string WithNull(std::string_view dotted) {
  const std::string none = WriteElement(kNull, {});
  return WriteElement(kSequence, {WriteObjectId(dotted), none});
}

// ECDSA names the digest in the algorithm and has no parameters.
std::string SignatureAlgorithm(Use kind, Hash hash) {
  if (kind == Rsa) return WithNull(DottedOf("rsa"));
  const std::string name = "ecdsa-with-" + std::string(Name(hash));
  return WriteElement(kSequence, {WriteObjectId(DottedOf(name))});
}

}  // namespace

std::string WriteMessage(const MessageParts& parts) {
  const std::string version = WriteInteger("\x01");
  const std::string digest = WithNull(DottedOf(Name(parts.hash)));
  const std::string content = WriteElement(
      kSequence, {WriteObjectId(kPlainData),
                  WriteElement(Parts(0), {WriteElement(kOctetString, {parts.content})})});
  const std::string certificates =
      parts.includes_certificate ? WriteElement(Parts(0), {parts.signer.der}) : std::string();
  const Certificate& signer = parts.signer.certificate;
  const std::string name = WriteElement(kSequence, {signer.issuer});
  const std::string serial = WriteElement(kInteger, {signer.serial});
  const std::string info =
      WriteElement(kSequence, {version, WriteElement(kSequence, {name, serial}), digest,
                               SignatureAlgorithm(signer.key.kind, parts.hash),
                               WriteElement(kOctetString, {parts.signature})});
  const std::string data = WriteElement(kSequence, {version, WriteElement(kSet, {digest}), content,
                                                    certificates, WriteElement(kSet, {info})});
  return WriteElement(kSequence, {WriteObjectId(kSignedMessage), WriteElement(Parts(0), {data})});
}

std::string WriteDigestInfo(Hash hash, std::string_view content) {
  const std::vector<std::uint8_t> digest = Thumbprint(hash, content);
  return WriteElement(kSequence, {WithNull(DottedOf(Name(hash))),
                                  WriteElement(kOctetString, {llvm::toStringRef(digest)})});
}

std::string WriteEcdsaSignature(std::string_view numbers) {
  const llvm::StringRef both = numbers;
  const std::size_t half = both.size() / 2;
  return WriteElement(kSequence,
                      {WriteInteger(both.take_front(half)), WriteInteger(both.drop_front(half))});
}

}  // namespace ipec::sign
