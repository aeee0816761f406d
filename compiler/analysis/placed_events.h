#pragma once

// The events that the places of one image can cause, and which rules decide them.
//
// Within one volume all facts but those of fs-verity are equal, so no file needs to be known. The
// places are the initramfs, each dm-verity volume of the image, a file system without dm-verity,
// and no file at all. Dm-verity volumes that are not part of the image are not places. On each
// place there can be files with and without fs-verity, signed or not.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/analysis/coverage.h"
#include "compiler/analysis/witness.h"

namespace ipec::analysis {

// A volume with its root hash, or a file with its fs-verity digest.
struct PlacedDigest {
  OwnedDigest digest;
  bool may_be_signed = true;
  bool may_be_unsigned = true;
};

struct Places {
  // All dm-verity volumes of the image; nothing: it can have any.
  std::optional<std::vector<PlacedDigest>> volumes;
  // Those of its files with fs-verity whose digests are known; there can be others. Nothing: any
  // digest is possible. A digest that is not listed here is then that of no file.
  std::optional<std::vector<PlacedDigest>> files;
};

// O(n log n) in the policy and the places.
class PlacedEvents {
 public:
  PlacedEvents(const Coverage& coverage, const Places& places);

  // Whether the rule decides some event of the image.
  bool Decides(RuleId rule) const { return decides_[rule.index]; }
  // Whether no rule decides any event of files on a volume of `places`, by its number, and the
  // defaults deny all of them.
  bool IsOnlyDenied(std::size_t volume) const { return only_denied_[volume]; }

 private:
  std::vector<bool> decides_;
  std::vector<bool> only_denied_;
};

}  // namespace ipec::analysis
