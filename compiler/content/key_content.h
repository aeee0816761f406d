#pragma once

// The files around a signature that are not policies: messages in PEM or as a mail, certificates,
// keys.

#include <optional>
#include <string_view>

#include "compiler/content/content.h"

namespace ipec::content {

// How to use a file that Classify calls Pem.
struct FormAdvice {
  std::string_view words;
  bool is_message = false;  // it is signed, and only has another form
};
FormAdvice AdviceFor(const Content& content);

// Of a file that begins with `-----BEGIN `.
Content PemContent(std::string_view bytes);

// S/MIME, which `openssl smime -sign` writes by default; certificates and keys in DER, or in PEM
// after other lines.
std::optional<Content> KeyContent(std::string_view bytes);

}  // namespace ipec::content
