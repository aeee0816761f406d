#pragma once

// Addresses and files that comments mention.

#include <cstdint>
#include <string>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

struct Link {
  support::Span span;
  // An address, or a path as written, of which only a client with a file system can say whether it
  // is one.
  std::string target;
  bool is_path = false;
};

// In file order.
std::vector<Link> LinksOf(const Snapshot& snapshot);

}  // namespace ipec::lsp
