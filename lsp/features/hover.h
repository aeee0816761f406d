#pragma once

// What the word at a place means in the kernel, and what the statement around it decides.

#include <cstdint>
#include <optional>
#include <string>

#include "lsp/snapshot.h"

namespace ipec::lsp {

struct Hover {
  support::Span span;    // of the word that is explained
  std::string markdown;  // never empty
};

// `offset` is that of the byte under the pointer.
std::optional<Hover> HoverAt(const Snapshot& snapshot, std::uint32_t offset);

}  // namespace ipec::lsp
