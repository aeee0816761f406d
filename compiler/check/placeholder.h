#pragma once

// Templates are the norm in image builds; a placeholder that was never replaced is the most
// frequent reason why a policy does not load.

#include <optional>
#include <string>

#include "llvm/ADT/StringRef.h"

namespace ipec::check {

// The placeholder in a rejected value, e.g. `@ROOT_HASH@`, `${HASH}`, `$HASH`, `%s`, `<root hash>`,
// `{{ hash }}`, `ROOTHASH`, `your-hash`, `dead…`; empty if there is none. A part of `value`.
llvm::StringRef FindPlaceholder(llvm::StringRef value);

// The placeholder in place of a word, or of whole statements, e.g. `@RULES@`, `{% for x in y %}`:
// only text that has no other use. A part of `text`, or empty.
llvm::StringRef FindTemplate(llvm::StringRef text);

// A note on the meaning of `placeholder`, a part of `value` of a property with a digest: "it stands
// for a whole digest, …". Nothing if its place does not show it.
std::optional<std::string> DescribeDigestPlaceholder(llvm::StringRef value,
                                                     llvm::StringRef placeholder, bool bare);

// Whether `text` opens a placeholder that may contain spaces (`{{`, `${`; in a value also `<`) and
// does not close it. Returns the closing text, or nothing.
llvm::StringRef OpenPlaceholder(llvm::StringRef value);
llvm::StringRef OpenTemplate(llvm::StringRef text);

}  // namespace ipec::check
