#pragma once

// A text as one target reads it, in parts that a test may look at alone.

#include "compiler/check/check.h"
#include "compiler/syntax/parse.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::tests {

struct Checked {
  syntax::Document document;  // views the text, which must outlive it
  check::Result result;
  diagnostics::Sink findings;  // in file order
};

inline Checked CheckText(llvm::StringRef text, const targets::Target& target,
                         const check::Options& options = {}) {
  Checked checked;
  checked.document = syntax::Parse(text, check::LexisOf(target));
  checked.result = check::CheckDocument(checked.document, target, options, checked.findings);
  return checked;
}

}  // namespace ipec::tests
