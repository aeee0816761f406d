#pragma once

// Addresses and files in comments.

#include <cstdint>
#include <string>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

struct Link {
  support::Span span;
  // An address, or a path as written; only a client with a file system can check that it exists.
  std::string target;
  bool is_path = false;
};

// In file order.
std::vector<Link> LinksOf(const Snapshot& snapshot);

}  // namespace ipec::lsp
