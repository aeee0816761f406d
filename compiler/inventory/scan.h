#pragma once

// All inputs of one call as an inventory. Inputs are distinguished by content.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/inventory/fsverity.h"
#include "compiler/inventory/inventory.h"
#include "compiler/inventory/trouble.h"
#include "compiler/support/file_system.h"

namespace ipec::inventory {

struct ScanInput {
  std::string name;                 // a path
  std::optional<std::string> text;  // of standard input, which has no path
};

struct ScanOptions {
  bool verifies = false;             // whole trees
  std::optional<FsVerity> fsverity;  // to compute digests of files and directories
  unsigned threads = 1;
  // Called from time to time while something is read that takes long; may be empty.
  std::function<void(const std::string& place, std::uint64_t done, std::uint64_t all)> progress;
};

struct ScanProblem {
  Trouble trouble;
  std::string words;
};

struct ScanResult {
  Inventory inventory;
  std::vector<ScanProblem> problems;  // if there are any, the inventory is incomplete
  std::vector<std::string> notes;
};

// Whether these are the first bytes of an image that Scan reads: of a disk, a hash tree or a PE
// file. Of other inputs only Scan itself knows.
bool BeginsImage(std::string_view bytes);

ScanResult Scan(support::FileSystem& files, std::span<const ScanInput> inputs,
                const ScanOptions& options);

}  // namespace ipec::inventory
