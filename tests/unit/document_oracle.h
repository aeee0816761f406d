#pragma once

// A second, naive definition of a Document, directly from how kernels read text, without the
// grammar and the scanner. Slow and obvious; tests and the fuzzer compare with it.

#include <optional>
#include <string>

#include "compiler/syntax/document.h"

namespace ipec::tests {

// The difference; nothing: `document` is correct.
std::optional<std::string> FindProblem(const syntax::Document& document);

}  // namespace ipec::tests
