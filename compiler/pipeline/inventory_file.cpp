#include "compiler/pipeline/inventory_file.h"

#include <utility>

#include "compiler/inventory/inventory_json.h"
#include "compiler/support/streams.h"

namespace ipec::pipeline {

llvm::Expected<inventory::Inventory> ReadInventoryFile(support::FileSystem& files,
                                                       const std::string& path) {
  llvm::Expected<std::unique_ptr<support::ByteSource>> source = files.Open(path);
  if (!source) return source.takeError();
  llvm::Expected<std::string> text = support::ReadAll(**source, path, kLongestInventory);
  if (!text) return text.takeError();
  return inventory::ParseInventory(std::move(*text), path);
}

}  // namespace ipec::pipeline
