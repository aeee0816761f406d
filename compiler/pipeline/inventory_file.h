#pragma once

// The inventory of an image that `--with` and the key `inventory` of ipec.toml name.

#include <memory>
#include <string>
#include <utility>

#include "compiler/inventory/inventory.h"
#include "compiler/support/file_system.h"
#include "llvm/Support/Error.h"

namespace ipec::pipeline {

// Of a million files.
inline constexpr std::size_t kLongestInventory = std::size_t{256} << 20;

// The error names the file, and the value in it that is wrong.
llvm::Expected<inventory::Inventory> ReadInventoryFile(support::FileSystem& files,
                                                       const std::string& path);

// An inventory that copies of a configuration share. Equal contents are equal.
class SharedInventory {
 public:
  SharedInventory() = default;
  explicit SharedInventory(inventory::Inventory inventory)
      : inventory_(std::make_shared<const inventory::Inventory>(std::move(inventory))) {}

  const std::shared_ptr<const inventory::Inventory>& get() const { return inventory_; }
  explicit operator bool() const { return inventory_ != nullptr; }
  friend bool operator==(const SharedInventory& a, const SharedInventory& b) {
    if (a.inventory_ == nullptr || b.inventory_ == nullptr) return a.inventory_ == b.inventory_;
    return *a.inventory_ == *b.inventory_;
  }

 private:
  std::shared_ptr<const inventory::Inventory> inventory_;  // null: none
};

}  // namespace ipec::pipeline
