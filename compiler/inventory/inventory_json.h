#pragma once

// The document of an inventory: what `ipec scan` writes and `--with=INVENTORY` reads.
//
//   {"version":1,"volumes":[{"name","roothash","signed","certificate_sha256","blocks","source",
//   "checked"}],"files":[{"path","digest","signed"}],"cmdline"}
//
// Unknown values are null. Bytes of names that are not UTF-8 are lone surrogates, as Python writes
// them.

#include <string>

#include "compiler/inventory/inventory.h"
#include "compiler/support/json_writer.h"
#include "llvm/Support/Error.h"

namespace ipec::inventory {

// The error names the document and the value that is wrong. Members that this version does not know
// are ignored; `version` and the digests must be there.
llvm::Expected<Inventory> ParseInventory(std::string text, const std::string& name);

// One object, one line for each volume and file.
void WriteInventory(const Inventory& inventory, support::JsonWriter& json);

}  // namespace ipec::inventory
