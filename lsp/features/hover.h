#pragma once

// The meaning of the word at a place in the kernel, and the decisions of the statement around it.

#include <cstdint>
#include <optional>
#include <string>

#include "lsp/snapshot.h"

namespace ipec::lsp {

struct Hover {
  support::Span span;    // the explained word
  std::string markdown;  // never empty
};

// `offset` is the position of the byte under the pointer.
std::optional<Hover> HoverAt(const Snapshot& snapshot, std::uint32_t offset);

}  // namespace ipec::lsp
