#pragma once

// Templates are the norm in image builds; a placeholder that nobody filled in is the most frequent
// reason why a policy does not load.

#include "llvm/ADT/StringRef.h"

namespace ipec::check {

// The placeholder in a value that a kernel refused, e.g. `@ROOT_HASH@`, `${HASH}`, `$HASH`, `%s`,
// `<root hash>`, `{{ hash }}`, `ROOTHASH`; empty if there is none. A part of `value`.
llvm::StringRef FindPlaceholder(llvm::StringRef value);

// Whether `text` opens a placeholder that may hold blanks (`<`, `{{`, `${`) and does not close it.
// Gives what closes it, or nothing.
llvm::StringRef OpenPlaceholder(llvm::StringRef text);

}  // namespace ipec::check
