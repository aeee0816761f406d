#pragma once

// The files of keys and certificates that commands read.

#include <span>
#include <string>

#include "compiler/command/command.h"
#include "compiler/pipeline/trusted_keys.h"
#include "compiler/sign/signing_certificate.h"
#include "llvm/Support/Error.h"

namespace ipec::driver {

// Reads the file of an option into `bytes`; `-` is standard input. Another status than Ok after a
// message.
command::ExitStatus ReadFileOf(const std::string& path, command::Environment& env,
                               std::string& bytes);

// The same for a certificate that signs.
command::ExitStatus ReadCertificateOf(const std::string& path, command::Environment& env,
                                      sign::SigningCertificate& certificate);

// The keys of `--trusted` and `--revoked`, with a note about those that a kernel which searches
// these keyrings does not use. Another status than Ok after a message.
command::ExitStatus ReadTrustedKeys(std::span<const std::string> trusted,
                                    std::span<const std::string> revoked,
                                    pipeline::Keyrings searched, command::Environment& env,
                                    pipeline::TrustedKeys& keys);

// The error: one of the files that a call reads would be overwritten by `output`, or standard input
// would be read twice. Empty names are not files.
llvm::Error CheckInputs(std::span<const std::string> inputs, const std::string& output,
                        command::Environment& env);

}  // namespace ipec::driver
