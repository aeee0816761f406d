#pragma once

// Names and numbers in certificates, for messages.

#include <string>
#include <string_view>

#include "llvm/ADT/StringRef.h"

namespace ipec::sign {

// `CN=signer, O=example` for the content of a name; empty if it has none. May contain any
// characters.
std::string NameText(llvm::StringRef name);

// `4FA0`, as `openssl x509 -serial` prints it.
std::string SerialText(llvm::StringRef serial);

}  // namespace ipec::sign
