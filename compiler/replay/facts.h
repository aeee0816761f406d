#pragma once

// The facts that an inventory has of the file of a record. A record itself holds a device and a
// path, but no facts.
//
// A device is a volume of the inventory if that volume has the name of the device, such as `dm-0`.
// The device `overlay` contains files of any volume. A path is a file of the inventory; whether
// fs-verity is enabled on the machine is not known, so the file has the digest or no fs-verity.

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/analysis/witness.h"
#include "compiler/inventory/inventory.h"
#include "compiler/support/keyed_hash.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::replay {

struct KnownDigest {
  analysis::OwnedDigest digest;
  std::optional<bool> is_signed;  // nothing: the inventory does not contain it
  std::string text;               // `ALGORITHM:HEX`
};

struct FileFacts {
  bool has_no_file = false;
  const KnownDigest* volume = nullptr;  // null: not known
  const KnownDigest* file = nullptr;
};

class KnownFiles {
 public:
  KnownFiles() = default;  // nothing is known
  explicit KnownFiles(const inventory::Inventory& inventory);

  const KnownDigest* VolumeOf(llvm::StringRef device) const { return Find(volumes_, device); }
  const KnownDigest* FileOf(llvm::StringRef path) const { return Find(files_, path); }

 private:
  using Map = std::unordered_map<std::string, KnownDigest, support::KeyedTextHash>;
  static const KnownDigest* Find(const Map& map, llvm::StringRef name);

  Map volumes_;
  Map files_;
};

}  // namespace ipec::replay
