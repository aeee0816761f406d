#pragma once

// `ipec thumbprint --find`: the signed file with a thumbprint that a record quotes.

#include <span>
#include <string>

#include "compiler/command/command.h"
#include "compiler/sign/thumbprint.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::driver {

// `digest`: hex digits, also the first ones alone, with or without `sha256:` before them. Without
// it and if the length does not tell, the hash is `usual`. Prints the files among `operands`, and
// in directories below them, that have it. Directories are searched for signed files of any name.
command::ExitStatus FindThumbprint(const std::string& digest, sign::Hash usual,
                                   std::span<const std::string> operands,
                                   command::Environment& env);

// Calls `visit` with each signed file of any name in a directory and below it, in the order of
// their names. Another status than Ok after messages; all files are tried.
command::ExitStatus ForEachSignedFile(
    const std::string& directory, command::Environment& env,
    llvm::function_ref<void(const std::string& path, llvm::StringRef bytes)> visit);

}  // namespace ipec::driver
