#pragma once

// The file of a signed policy, which systemd loads: `NAME.p7b` in `/etc/ipe`, `/run/ipe`,
// `/usr/local/lib/ipe` or `/usr/lib/ipe`. It takes the name of the policy from the file and reads
// nothing in it.

#include <string>
#include <string_view>

#include "compiler/support/file_system.h"
#include "llvm/Support/Error.h"

namespace ipec::lint {

// The last part of the path without its extension; a leading dot begins no extension.
std::string_view StemOf(std::string_view path);

// NAME of a path that ends in `NAME.p7b`; empty for other paths.
std::string_view NameOfSigned(std::string_view path);

// Whether `NAME.p7b` is in the directory of the policy `NAME.pol`.
bool IsSignedBeside(support::FileSystem& files, const std::string& path);

// The text of which `NAME.p7b` should be the signed file: `NAME.pol`, `NAME.ipe` or `NAME.policy`
// beside it. The error: it cannot be read.
struct ReviewedText;
llvm::Expected<ReviewedText> TextBeside(support::FileSystem& files, const std::string& path);

}  // namespace ipec::lint
