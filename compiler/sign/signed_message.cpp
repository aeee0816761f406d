#include "compiler/sign/signed_message.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pkcs7.h>

#include <memory>

namespace ipec::sign {
namespace {

// Object identifier 1.2.840.113549.1.7.2, signedData, with its tag and length.
constexpr llvm::StringLiteral kSignedData("\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02");

constexpr unsigned char kSequence = 0x30;

struct FreeMessage {
  void operator()(PKCS7* message) const { PKCS7_free(message); }
};

// The first of the errors OpenSSL has collected in this thread, which it then forgets.
std::string TakeReason() {
  const unsigned long first = ERR_get_error();
  const char* reason = first == 0 ? nullptr : ERR_reason_error_string(first);
  ERR_clear_error();
  if (reason == nullptr) return "it is another structure";
  // What OpenSSL calls a part that is longer than what is left of the file.
  return reason == std::string_view("too long") ? "it ends before its parts do" : reason;
}

}  // namespace

Kind KindOf(llvm::StringRef bytes) {
  if (bytes.startswith("-----BEGIN ")) return Kind::Pem;
  if (bytes.size() < 2 || static_cast<unsigned char>(bytes[0]) != kSequence) return Kind::Text;
  const auto length = static_cast<unsigned char>(bytes[1]);
  // Short form, or the number of bytes of a long one; 0x80 is BER's "until an end mark".
  const std::size_t more = length < 0x80 ? 0 : length & 0x7FU;
  if (more > 8) return Kind::Text;
  return bytes.substr(2 + more).startswith(kSignedData) ? Kind::Message : Kind::Text;
}

SignedMessage ReadSignedMessage(llvm::StringRef der) {
  SignedMessage result;
  // No configuration file is read: the answer depends on the bytes alone.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  ERR_clear_error();
  const auto* position = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<PKCS7, FreeMessage> message(
      d2i_PKCS7(nullptr, &position, static_cast<long>(der.size())));
  if (!message || !PKCS7_type_is_signed(message.get()) || message->d.sign == nullptr) {
    result.damage = Damage::Malformed;
    result.reason = TakeReason();
    return result;
  }
  PKCS7* contents = message->d.sign->contents;
  if (contents == nullptr || !PKCS7_type_is_data(contents)) {
    result.damage = Damage::NotData;
  } else if (contents->d.data == nullptr) {
    result.damage = Damage::Detached;
  } else {
    const ASN1_OCTET_STRING* data = contents->d.data;
    result.content.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(data)),
                          static_cast<std::size_t>(ASN1_STRING_length(data)));
  }
  return result;
}

}  // namespace ipec::sign
