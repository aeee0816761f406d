#pragma once

// The dm-verity volumes in a disk image: partitions with data, a hash tree and a signature, by the
// types of partitions.

#include <optional>
#include <string>
#include <vector>

#include "compiler/inventory/claim.h"
#include "compiler/inventory/gpt.h"
#include "compiler/inventory/region.h"
#include "compiler/inventory/verity_tree.h"
#include "llvm/Support/Error.h"

namespace ipec::inventory {

// A hash tree, with the data that it is of as far as it was found.
struct FoundTree {
  VerityTree tree;
  std::optional<Region> data;
  Claim claim;
};

struct ImageContents {
  std::vector<FoundTree> trees;
  std::vector<Claim> claims;  // of volumes without a superblock
  std::vector<std::string> notes;
};

// `whole` has what all claims have in common. The errors are those of the first volume that is
// malformed or contradicts itself.
llvm::Expected<ImageContents> ReadImage(const Region& image, const PartitionTable& table,
                                        const Claim& whole);

// A hash tree with its superblock behind the data in one file (`veritysetup --hash-offset`): where
// the superblock is if data and tree fill the file. Reads a few blocks.
llvm::Expected<std::optional<std::uint64_t>> FindAppendedTree(const Region& file);

}  // namespace ipec::inventory
