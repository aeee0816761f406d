// Any bytes as the document of an inventory: either an error that cannot move the cursor, or an
// inventory that is read back as it was written.

#include <cstddef>
#include <cstdint>
#include <string>

#include "compiler/inventory/inventory_json.h"
#include "compiler/support/assert.h"
#include "compiler/support/printable.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ipec;
  const std::string text(reinterpret_cast<const char*>(data), size);
  llvm::Expected<inventory::Inventory> read = inventory::ParseInventory(text, "i.json");
  if (!read) {
    const std::string words = llvm::toString(read.takeError());
    IPEC_CHECK(support::Printable(words) == words && words.size() < 1000, "a bad message");
    return 0;
  }
  std::string written;
  support::JsonWriter json(written);
  inventory::WriteInventory(*read, json);
  llvm::Expected<inventory::Inventory> again = inventory::ParseInventory(written, "i.json");
  IPEC_CHECK(static_cast<bool>(again) && *again == *read, "not read back as it was written");
  return 0;
}
