#include "compiler/sign/offered_signature.h"

#include <algorithm>
#include <optional>

#include "compiler/sign/algorithms.h"
#include "compiler/sign/pem.h"
#include "compiler/sign/signed_message.h"
#include "compiler/sign/write_message.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::sign {
namespace {

using support::ErrorOf;

constexpr Hash kSignedHashes[] = {
#define IPEC_HASH(id, name, digest) Hash::id,
#include "compiler/sign/hashes.def"
};

// Two numbers in DER, whatever they are.
bool IsEcdsaInDer(llvm::StringRef bytes) {
  BerReader reader(bytes);
  reader.Enter(kSequence);
  reader.Take(kInteger);
  reader.Take(kInteger);
  reader.Leave();
  return !reader.failed() && reader.AtEnd();
}

std::size_t SizeOfNumbers(const PublicKey& key) {
  return key.point.size() - 1;
}

// The forms that the bytes may have, the likeliest first.
std::vector<std::string> FormsOf(llvm::StringRef bytes, const PublicKey& key) {
  std::vector<std::string> forms;
  if (key.kind == Rsa) {
    if (bytes.size() == key.signature_size) forms.push_back(bytes.str());
    return forms;
  }
  if (IsEcdsaInDer(bytes)) forms.push_back(bytes.str());
  if (bytes.size() == SizeOfNumbers(key)) forms.push_back(WriteEcdsaSignature(bytes));
  return forms;
}

bool Made(const std::string& signature, const PublicKey& key, Hash hash, std::string_view content) {
  const MadeSignature made{key.kind, std::string(DottedOf(Name(hash))), signature,
                           Thumbprint(hash, content)};
  return !FindFault(key, made, "").has_value();
}

std::string WithCrlf(llvm::StringRef text) {
  std::string changed;
  for (const char byte : text) {
    if (byte == '\n') changed += '\r';
    changed += byte;
  }
  return changed;
}

// A mistake that was made in signing, and what to do.
std::string FindMistake(const std::vector<std::string>& forms, const PublicKey& key, Hash chosen,
                        std::string_view content) {
  const std::string with_crlf = WithCrlf(content);
  const auto made = [&](Hash hash, std::string_view signed_bytes) {
    return llvm::any_of(
        forms, [&](const std::string& form) { return Made(form, key, hash, signed_bytes); });
  };
  for (const Hash hash : kSignedHashes) {
    const std::string name(Name(hash));
    const std::vector<std::uint8_t> digest = Thumbprint(hash, content);
    if (hash != chosen && made(hash, content)) {
      return "it was made with " + name + ": add " + support::Quoted("--hash=" + name);
    }
    if (made(hash, with_crlf)) {
      return "the text with CRLF line ends was signed, as openssl does without `-binary`";
    }
    if (made(hash, llvm::toStringRef(digest))) {
      return "the digest was hashed again: sign `--request=content`, or do not hash `--request`";
    }
    if (made(hash, WriteDigestInfo(hash, content))) {
      return "the DigestInfo was hashed again: sign `--request=content`, or do not hash "
             "`--request=digestinfo`";
    }
  }
  return key.kind == Rsa
             ? "the file or the key is another one, or the padding is not that of PKCS#1 v1.5"
             : "the file or the key is another one";
}

std::string WrongSize(llvm::StringRef bytes, const PublicKey& key) {
  std::string words = "it has " + std::to_string(bytes.size()) +
                      " bytes, a signature by this key (" + DescribeKey(key) + ") has ";
  if (key.kind == Rsa) return words + std::to_string(key.signature_size);
  return words + std::to_string(SizeOfNumbers(key)) + ", or is DER";
}

}  // namespace

llvm::Expected<std::string> TakeSignature(std::string_view view, const SigningCertificate& signer,
                                          Hash hash, std::string_view content) {
  const llvm::StringRef bytes = view;
  const PublicKey& key = signer.certificate.key;
  const std::vector<std::string> forms = FormsOf(bytes, key);
  for (const std::string& form : forms) {
    if (Made(form, key, hash, content)) return form;
  }
  if (forms.empty()) {
    if (KindOf(bytes) == Kind::Message) return ErrorOf("it is a signed message, not a signature");
    if (IsPem(bytes)) return ErrorOf("it is PEM, not the bytes of a signature");
    if (!bytes.empty() && llvm::all_of(bytes, [](char byte) {
          return llvm::isPrint(byte) || byte == '\n' || byte == '\r';
        })) {
      return ErrorOf(
          "it is text, not the bytes of a signature: `base64 -d` or `xxd -r -p` converts it");
    }
    return ErrorOf(WrongSize(bytes, key));
  }
  return ErrorOf("the key of the certificate did not sign this text with it: " +
                 FindMistake(forms, key, hash, content));
}

}  // namespace ipec::sign
