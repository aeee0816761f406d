#include "lint/image.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "compiler/support/numbers.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

// Of a digest as an inventory has it.
analysis::PlacedDigest Placed(llvm::StringRef text, std::optional<bool> is_signed) {
  const auto [algorithm, digits] = text.split(':');
  const std::string bytes = llvm::fromHex(digits);
  analysis::PlacedDigest placed;
  placed.digest = {algorithm.str(), {bytes.begin(), bytes.end()}};
  placed.may_be_signed = is_signed.value_or(true);
  placed.may_be_unsigned = !is_signed.value_or(false);
  return placed;
}

}  // namespace

Image::Image(std::shared_ptr<const inventory::Inventory> inventory)
    : inventory_(std::move(inventory)) {
  if (!inventory_->volumes.empty()) {
    auto& volumes = places_.volumes.emplace();
    volumes.reserve(inventory_->volumes.size());
    for (const inventory::Volume& volume : inventory_->volumes) {
      volumes.push_back(Placed(volume.root_hash, volume.is_signed));
    }
  }
  if (!inventory_->files.empty()) {
    auto& files = places_.files.emplace();
    files.reserve(inventory_->files.size());
    for (const inventory::File& file : inventory_->files) {
      files.push_back(Placed(file.digest, file.is_signed));
    }
  }
  known_[0] = ByBytes(places_.volumes);
  known_[1] = ByBytes(places_.files);
}

Image::Numbers Image::ByBytes(const Listed& listed) {
  Numbers numbers;
  if (!listed) return numbers;
  for (std::size_t i = 0; i < listed->size(); ++i) {
    numbers.emplace((*listed)[i].digest.bytes, i);
  }
  return numbers;
}

std::vector<std::size_t> Image::NumbersOf(const policy::Policy& policy, policy::Property property,
                                          policy::DigestId id) const {
  const bool is_volume = property == policy::Property::DmverityRoothash;
  const Listed& listed = is_volume ? places_.volumes : places_.files;
  const runtime::Digest digest = policy.digests.Get(id);
  std::vector<std::size_t> numbers;
  const auto [begin, end] =
      known_[is_volume ? 0 : 1].equal_range({digest.bytes.begin(), digest.bytes.end()});
  for (auto one = begin; one != end; ++one) {
    const analysis::OwnedDigest& own = (*listed)[one->second].digest;
    if (policy::SameDigest(policy.semantics, {own.algorithm, own.bytes}, digest)) {
      numbers.push_back(one->second);
    }
  }
  return numbers;
}

bool Image::Lacks(const policy::Policy& policy, policy::Property property,
                  policy::DigestId digest) const {
  const bool is_volume = property == policy::Property::DmverityRoothash;
  if (!(is_volume ? places_.volumes : places_.files)) return false;
  return NumbersOf(policy, property, digest).empty();
}

std::optional<std::size_t> Image::OnlyUnnamed(const policy::Policy& policy,
                                              policy::Property property) const {
  const bool is_volume = property == policy::Property::DmverityRoothash;
  const Listed& listed = is_volume ? places_.volumes : places_.files;
  if (!listed) return std::nullopt;
  std::vector<bool> is_named(listed->size());
  for (const policy::Condition& condition : policy.conditions) {
    if (condition.property != property || !condition.digest.valid()) continue;
    for (const std::size_t number : NumbersOf(policy, property, condition.digest)) {
      is_named[number] = true;
    }
  }
  const auto unnamed = std::find(is_named.begin(), is_named.end(), false);
  if (unnamed == is_named.end() ||
      std::find(unnamed + 1, is_named.end(), false) != is_named.end()) {
    return std::nullopt;
  }
  return support::ToSize(unnamed - is_named.begin());
}

}  // namespace ipec::lint
