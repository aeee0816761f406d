#include "compiler/sign/name_text.h"

#include "compiler/sign/der.h"
#include "compiler/sign/openssl_files.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::sign {

std::string NameText(llvm::StringRef name) {
  UseOpenSsl();
  const std::string der = WriteElement(kSequence, {name});
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto size = static_cast<long>(der.size());  // NOLINT(google-runtime-int): its interface
  const X509Name read(d2i_X509_NAME(nullptr, &at, size));
  std::string text;
  if (read != nullptr) {
    const Buffer out(BIO_new(BIO_s_mem()));
    // Commas between the parts, in their order; characters outside of ASCII as UTF-8.
    constexpr unsigned long kFlags =  // NOLINT(google-runtime-int): OpenSSL's interface
        (ASN1_STRFLGS_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) | XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_FN_SN;
    X509_NAME_print_ex(out.get(), read.get(), 0, kFlags);
    char* bytes = nullptr;
    const auto length = BIO_get_mem_data(out.get(), &bytes);
    text.assign(bytes, support::ToSize(length));
  }
  ERR_clear_error();
  return text;
}

std::string SerialText(llvm::StringRef serial) {
  if (serial.size() > 1) serial = serial.drop_while([](char byte) { return byte == '\0'; });
  return llvm::toHex(serial);
}

}  // namespace ipec::sign
