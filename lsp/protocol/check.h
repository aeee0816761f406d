#pragma once

// `ipec lsp --check`: every request of messages.def at every position of a text, and whether what
// comes back holds: no error, every place on the boundary of a character of the text, every range
// forward, edits apart from each other, tokens in order.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/support/file_system.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

struct CheckResult {
  std::size_t requests = 0;
  std::uint64_t answers = 0;          // a hash of all of them, in order
  std::vector<std::string> problems;  // the first few
  std::size_t more = 0;
};

CheckResult CheckRequests(support::FileSystem& files, const SnapshotPtr& snapshot);

}  // namespace ipec::lsp
