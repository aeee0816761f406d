#pragma once

// The places that files come from on a machine. All files of a place have the same facts, except
// for those about fs-verity, so no files need to be read to know how a policy decides there.
//
// Source: security/ipe/eval.c of Linux 6.12. The block device and fs-verity of a file are those of
// the real inode below an overlay; boot_verified is about the superblock of the mount.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/analysis/facts_set.h"
#include "compiler/analysis/witness.h"
#include "compiler/inventory/inventory.h"

namespace ipec::matrix {

struct Place {
  enum class Kind : std::uint8_t {
    Initramfs,
    Volume,         // of the inventory
    OtherSigned,    // a signed dm-verity volume that the inventory does not have
    OtherUnsigned,  // the same, unsigned
    Plain,          // a disk without dm-verity, or a tmpfs
    Overlay,        // a file of the initramfs or of a tmpfs that is opened through an overlay
    NoFile,         // anonymous memory, or data that a program passes to the kernel
  };
  Kind kind = Kind::Plain;
  std::string name;                               // of a Volume
  std::optional<analysis::OwnedDigest> roothash;  // of a Volume
  // Of a Volume: whether the inventory contains that it is signed.
  bool is_signed = false;
  // The combinations of facts that its events have. The first one is that of files without
  // fs-verity.
  analysis::FactsSet facts;

  bool has_file() const { return kind != Kind::NoFile; }
  // Whether its files are on any dm-verity volume but those of the inventory.
  bool is_other() const { return kind == Kind::OtherSigned || kind == Kind::OtherUnsigned; }
  bool is_on_volume() const { return kind == Kind::Volume || is_other(); }
};

// In the order of the table: the initramfs, the volumes in the order of the inventory, the others.
// Without an inventory there are no volumes of one.
std::vector<Place> PlacesOf(const inventory::Inventory* inventory);

// The name of a kind in machine formats: `initramfs`, `other-signed-volume`.
std::string_view Name(Place::Kind kind);
// "the initramfs", "volume `usr`".
std::string Words(const Place& place);

// The volumes that programs start from, as indices: those whose root hash the kernel command line
// of the inventory names as `roothash=` or `usrhash=`, or else those that are
// called `root` or `usr`, also with an architecture, a slot or an image: `device/usr-arm64.2`.
std::vector<std::size_t> RootVolumes(const inventory::Inventory& inventory);

}  // namespace ipec::matrix
