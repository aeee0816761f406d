#pragma once

// A signature that was made elsewhere: by a device, a build service or another program.

#include <string>
#include <string_view>

#include "compiler/sign/signing_certificate.h"
#include "compiler/sign/thumbprint.h"
#include "llvm/Support/Error.h"

namespace ipec::sign {

// The signature as WriteMessage takes it. ECDSA may be in DER or, as PKCS#11 has it, two numbers in
// a row. The error: the key of the certificate did not make it over the content, with what was
// signed instead, if that is found. It does not name the file.
llvm::Expected<std::string> TakeSignature(std::string_view bytes, const SigningCertificate& signer,
                                          Hash hash, std::string_view content);

}  // namespace ipec::sign
