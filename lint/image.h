#pragma once

// The image that `--with=INVENTORY` or the key `inventory` of ipec.toml describes, for the rules
// about it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "compiler/analysis/placed_events.h"
#include "compiler/inventory/inventory.h"
#include "compiler/policy/policy.h"

namespace ipec::lint {

class Image {
 public:
  explicit Image(std::shared_ptr<const inventory::Inventory> inventory);

  const inventory::Inventory& inventory() const { return *inventory_; }
  // An inventory without volumes does not say which ones there are, and so for files.
  const analysis::Places& places() const { return places_; }

  // Whether the inventory lists the volumes or files that the property is about, but none with this
  // digest of `policy`.
  bool Lacks(const policy::Policy& policy, policy::Property property,
             policy::DigestId digest) const;
  // The only volume or file that no rule of the policy names: its number. Nothing: there are none
  // or several.
  std::optional<std::size_t> OnlyUnnamed(const policy::Policy& policy,
                                         policy::Property property) const;

 private:
  using Listed = std::optional<std::vector<analysis::PlacedDigest>>;
  using Numbers = std::multimap<std::vector<std::uint8_t>, std::size_t>;
  static Numbers ByBytes(const Listed& listed);
  // Of the volumes or files that have a digest of the policy.
  std::vector<std::size_t> NumbersOf(const policy::Policy& policy, policy::Property property,
                                     policy::DigestId id) const;

  std::shared_ptr<const inventory::Inventory> inventory_;
  analysis::Places places_;
  std::array<Numbers, 2> known_;  // of volumes and of files
};

}  // namespace ipec::lint
