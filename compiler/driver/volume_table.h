#pragma once

#include "compiler/inventory/inventory.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::driver {

// The volumes of an inventory as a table, as `ipec scan` and `ipec show` print it; nothing if there
// are none.
void PrintVolumes(const inventory::Inventory& inventory, llvm::raw_ostream& out);

}  // namespace ipec::driver
