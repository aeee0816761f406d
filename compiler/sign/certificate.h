#pragma once

// The certificates in a signed file, which a kernel reads before it looks at the signature.

#include <optional>

#include "compiler/sign/ber.h"
#include "compiler/sign/refusal.h"

namespace ipec::sign {

// Why a kernel does not read this certificate, and so not the file that holds it.
std::optional<Refusal> ReadCertificate(llvm::StringRef der);

// For whoever reads names and algorithms: with what is around them, `Name` and
// `AlgorithmIdentifier` of X.509. The algorithm is its identifier; `parameters` is what follows it.
void SkipName(BerReader& reader);
std::string ReadAlgorithm(BerReader& reader, llvm::StringRef* parameters = nullptr);

// Whether a kernel reads this as a time.
bool IsTime(const Element& element);

}  // namespace ipec::sign
