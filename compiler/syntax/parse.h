#pragma once

// Text to Document. Never fails and never throws, for any bytes; linear in time and memory. `text`
// must be shorter than 4 GiB and must outlive the Document.

#include "compiler/syntax/document.h"

namespace ipec::syntax {

Document Parse(llvm::StringRef text, Lexis lexis);

}  // namespace ipec::syntax
