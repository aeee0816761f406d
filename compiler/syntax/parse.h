#pragma once

// Text to Document. Never fails and never throws, for any bytes; linear in time and memory. `text`
// must be shorter than 4 GiB and must outlive the Document.

#include <string_view>

#include "compiler/syntax/document.h"

namespace ipec::syntax {

Document Parse(std::string_view text, Lexis lexis);

}  // namespace ipec::syntax
