#pragma once

// The meaning of a policy's words in the kernel, for hover texts. The rows are in meanings.def.

#include <string_view>

#include "compiler/targets/targets.h"

namespace ipec::targets {

struct Meaning {
  std::string_view summary;  // one line, no full stop
  std::string_view details;  // Markdown sentences; may be empty
  std::string_view option;   // kernel configuration option; empty: IPE alone is enough
};

const Meaning& MeaningOf(runtime::Operation operation);
const Meaning& MeaningOf(runtime::Property property);
// `op`, `DEFAULT`, `ALLOW` and so on; null for any other word.
const Meaning* MeaningOf(std::string_view word);

// How the target's dialect differs for this word; empty if it does not.
std::string_view NoteOn(runtime::Operation operation, const Target& target);
std::string_view NoteOn(runtime::Property property, const Target& target);

}  // namespace ipec::targets
