#include "compiler/replay/facts.h"

#include "llvm/ADT/StringExtras.h"

namespace ipec::replay {
namespace {

KnownDigest DigestOf(const std::string& text, std::optional<bool> is_signed) {
  const auto [algorithm, hex] = llvm::StringRef(text).split(':');
  std::string bytes;
  // An Inventory has well-formed digests only.
  if (!llvm::tryGetFromHex(hex, bytes)) bytes.clear();
  return {{algorithm.str(), {bytes.begin(), bytes.end()}}, is_signed, text};
}

}  // namespace

KnownFiles::KnownFiles(const inventory::Inventory& inventory) {
  for (const inventory::Volume& volume : inventory.volumes) {
    if (volume.name == "overlay") continue;
    volumes_.emplace(volume.name, DigestOf(volume.root_hash, volume.is_signed));
  }
  for (const inventory::File& file : inventory.files) {
    files_.emplace(file.path, DigestOf(file.digest, file.is_signed));
  }
}

const KnownDigest* KnownFiles::Find(const Map& map, llvm::StringRef name) {
  if (map.empty()) return nullptr;
  const auto found = map.find(name.str());
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace ipec::replay
