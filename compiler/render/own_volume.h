#pragma once

// A policy that names the hash of what contains it can never be right: writing it changes the hash.

#include <string>

#include "compiler/inventory/inventory.h"
#include "compiler/render/values.h"
#include "compiler/support/file_system.h"
#include "llvm/Support/Error.h"

namespace ipec::render {

// The error: `output` is, or is below, an input from which a volume was read whose root hash
// `values` gave, or a file whose digest they gave. An inventory does not list the files in the file
// system of a volume, so an image that `output` is copied into later cannot be recognized.
llvm::Error CheckPlace(const std::string& output, const inventory::Inventory& inventory,
                       const InventoryValues& values, support::FileSystem& files);

}  // namespace ipec::render
