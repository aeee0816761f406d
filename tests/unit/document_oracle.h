#pragma once

// What a Document must be, said a second time and naively, straight from how kernels read text,
// with neither the grammar nor the scanner. Slow and obvious; tests and the fuzzer compare.

#include <string>

#include "compiler/syntax/document.h"

namespace ipec::tests {

// Empty when `document` is what it should be, else what is wrong with it.
std::string WhatIsWrong(const syntax::Document& document);

}  // namespace ipec::tests
