#include "compiler/matrix/places.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::matrix {
namespace {

using analysis::FactsSet;
using inventory::Inventory;
using inventory::Volume;
using runtime::Facts;
using Kind = Place::Kind;

struct KindRow {
  std::string_view name;
  std::string_view words;
};

// In the order of Place::Kind.
constexpr std::array kKinds = {
    KindRow{"initramfs", "the initramfs"},
    KindRow{"volume", "volume"},
    KindRow{"other-signed-volume", "any other signed volume"},
    KindRow{"other-unsigned-volume", "any other unsigned volume"},
    KindRow{"plain", "a disk or tmpfs"},
    KindRow{"overlay", "an overlay of the initramfs or of a tmpfs"},
    KindRow{"no-file", "memory without a file"},
};

// The initramfs is a tmpfs or ramfs, and neither has fs-verity.
FactsSet WithFsverity(Facts facts) {
  const auto on = static_cast<Facts>(facts | runtime::kFsverityOn);
  return {facts, on, static_cast<Facts>(on | runtime::kFsveritySigned)};
}

analysis::OwnedDigest DigestOf(const std::string& root_hash) {
  const auto [algorithm, hex] = llvm::StringRef(root_hash).split(':');
  std::string bytes;
  // An Inventory has well-formed root hashes only.
  if (!llvm::tryGetFromHex(hex, bytes)) bytes.clear();
  return {algorithm.str(), {bytes.begin(), bytes.end()}};
}

// The values of `roothash=` and `usrhash=`.
std::vector<llvm::StringRef> NamedHashes(const Inventory& inventory) {
  std::vector<llvm::StringRef> hashes;
  if (!inventory.command_line) return hashes;
  llvm::SmallVector<llvm::StringRef, 16> words;
  llvm::SplitString(*inventory.command_line, words);
  for (llvm::StringRef word : words) {
    if (word.consume_front("roothash=") || word.consume_front("usrhash=")) hashes.push_back(word);
  }
  return hashes;
}

// `usr`, `usr-arm64`, `usr.2` for the second slot, `device/usr` in an image of several: as
// compiler/inventory names volumes of these types.
bool HasRootName(std::string_view name) {
  name.remove_prefix(name.rfind('/') + 1);  // 0 without a slash
  name = name.substr(0, name.find_first_of(".-"));
  return name == "root" || name == "usr";
}

template <typename Predicate>
std::vector<std::size_t> VolumesThat(const Inventory& inventory, const Predicate& predicate) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < inventory.volumes.size(); ++i) {
    if (predicate(inventory.volumes[i])) found.push_back(i);
  }
  return found;
}

}  // namespace

std::vector<Place> PlacesOf(const Inventory* inventory) {
  const FactsSet is_signed = WithFsverity(runtime::kDmveritySigned);
  const FactsSet plain = WithFsverity(0);
  std::vector<Place> places;
  places.push_back({Kind::Initramfs, "", std::nullopt, false, {runtime::kBootVerified}});
  if (inventory != nullptr) {
    places.reserve(inventory->volumes.size() + support::IndexOf(Kind::NoFile) + 1);
    for (const Volume& volume : inventory->volumes) {
      const bool known = volume.is_signed.value_or(false);
      places.push_back({Kind::Volume, volume.name, DigestOf(volume.root_hash), known,
                        known ? is_signed : plain});
    }
  }
  places.push_back({Kind::OtherSigned, "", std::nullopt, true, is_signed});
  places.push_back({Kind::OtherUnsigned, "", std::nullopt, false, plain});
  places.push_back({Kind::Plain, "", std::nullopt, false, plain});
  places.push_back({Kind::Overlay, "", std::nullopt, false, {0}});
  places.push_back({Kind::NoFile, "", std::nullopt, false, {0}});
  return places;
}

std::string_view Name(Kind kind) {
  return kKinds[support::IndexOf(kind)].name;
}

std::string Words(const Place& place) {
  std::string words(kKinds[support::IndexOf(place.kind)].words);
  if (place.kind == Kind::Volume) words += " " + support::Quoted(support::Abbreviated(place.name));
  return words;
}

std::vector<std::size_t> RootVolumes(const Inventory& inventory) {
  const std::vector<llvm::StringRef> hashes = NamedHashes(inventory);
  std::vector<std::size_t> roots = VolumesThat(inventory, [&](const Volume& volume) {
    const llvm::StringRef hex = llvm::StringRef(volume.root_hash).split(':').second;
    return std::any_of(hashes.begin(), hashes.end(),
                       [&](llvm::StringRef hash) { return hash.equals_insensitive(hex); });
  });
  if (!roots.empty()) return roots;
  return VolumesThat(inventory, [](const Volume& volume) { return HasRootName(volume.name); });
}

}  // namespace ipec::matrix
