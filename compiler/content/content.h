#pragma once

// Classifies the bytes of a file before they are read as a policy. Names do not matter: files of
// polkit and Java are called `*.policy`, too.

#include <cstdint>
#include <string_view>

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace ipec::content {

enum class Kind : std::uint8_t {
  Text,    // a policy, or text that is meant to be one
  Signed,  // a PKCS#7 or CMS message in DER, perhaps damaged further on
  Pem,     // base64 of something; no kernel loads it
  Table,   // a compiled decision table
  Other,   // a file of another program, or bytes that are not text
};

struct Content {
  Kind kind = Kind::Text;
  std::string_view what;  // `a polkit policy (XML)`; empty for Text
};

// A text that a kernel accepts is always Text, and so is one whose first statement begins as a
// header.
Content Classify(std::string_view bytes);

// The error of a file that `command` (`lint`, `format`) does not accept: what the file is, and what
// to use instead. Not for Text.
llvm::Error NotTextError(const Content& content, std::string_view name, std::string_view command);

}  // namespace ipec::content
