#pragma once

// What the words of a policy mean in the kernel, for people; the rows stand in meanings.def.

#include <string_view>

#include "compiler/targets/targets.h"

namespace ipec::targets {

struct Meaning {
  std::string_view summary;  // one line, no full stop
  std::string_view details;  // Markdown sentences; may be empty
  std::string_view option;   // of the kernel's configuration; empty: IPE alone is enough
};

const Meaning& MeaningOf(runtime::Operation operation);
const Meaning& MeaningOf(runtime::Property property);
// `op`, `DEFAULT`, `ALLOW` and the like; null for a word that is none of those.
const Meaning* MeaningOf(std::string_view word);

// What is different about the word in the target's dialect; empty: nothing.
std::string_view NoteOn(runtime::Operation operation, const Target& target);
std::string_view NoteOn(runtime::Property property, const Target& target);

}  // namespace ipec::targets
