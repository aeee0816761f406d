#include "compiler/inventory/claim.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "compiler/inventory/trouble.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::inventory {
namespace {

// Root hashes without an algorithm, as in sidecars: what veritysetup and systemd take by default.
struct Assumed {
  std::size_t digits;
  std::string_view algorithm;
};
constexpr Assumed kAssumed[] = {{64, "sha256"}, {128, "sha512"}, {40, "sha1"}, {96, "sha384"}};

std::string Value(const Claim& claim) {
  return claim.algorithm.empty() ? claim.hex : claim.algorithm + ':' + claim.hex;
}

std::string_view NameOf(Role role) {
  switch (role) {
    case Role::Root:
      return "root";
    case Role::Usr:
      return "usr";
    case Role::Other:
      break;
  }
  return {};
}

bool MeansRole(const Claim& volume, Role role) {
  return volume.role == role || (role != Role::Other && volume.name == NameOf(role));
}

bool Agree(const Claim& a, const Claim& b) {
  if (a.hex.empty() || b.hex.empty()) return true;
  return a.hex == b.hex &&
         (a.algorithm.empty() || b.algorithm.empty() || a.algorithm == b.algorithm);
}

llvm::Error Disagree(const Claim& a, const Claim& b) {
  return Contradiction(a.place + " has the root hash " + Value(a) + ", but " + b.place +
                       " has the root hash " + Value(b));
}

// Adds the values that only `more` has; both have the same root hash.
llvm::Error Merge(Claim& claim, const Claim& more) {
  const auto take = [](std::string& place, const std::string& value) {
    if (place.empty()) place = value;
  };
  if (claim.is_signed && more.is_signed && *claim.is_signed != *more.is_signed) {
    const auto state = [](const Claim& one) {
      return one.place + (*one.is_signed ? " is signed" : " is not signed");
    };
    return Contradiction(state(claim) + ", but " + state(more) + ": " + Value(claim));
  }
  if (!claim.certificate_sha256.empty() && !more.certificate_sha256.empty() &&
      claim.certificate_sha256 != more.certificate_sha256) {
    return Contradiction(claim.place + " is signed with the certificate " +
                         claim.certificate_sha256 + ", but " + more.place + " with " +
                         more.certificate_sha256);
  }
  take(claim.hex, more.hex);
  take(claim.algorithm, more.algorithm);
  take(claim.certificate_sha256, more.certificate_sha256);
  take(claim.name, more.name);
  if (!claim.is_signed) claim.is_signed = more.is_signed;
  if (!claim.blocks) claim.blocks = more.blocks;
  if (claim.role == Role::Other) claim.role = more.role;
  claim.is_complete |= more.is_complete;
  claim.checked = std::max(claim.checked, more.checked);
  return llvm::Error::success();
}

}  // namespace

llvm::Error Claims::AddVolume(const Claim& claim) {
  const Claim* other = nullptr;  // has the same name and another root hash
  std::vector<std::size_t>& same_name = by_name_[claim.name];
  for (const std::size_t index : same_name) {
    Claim& volume = volumes_[index];
    const bool are_images = volume.image != 0 && claim.image != 0;
    if (are_images && volume.image != claim.image) continue;
    if (Agree(volume, claim)) return Merge(volume, claim);
    // Slots of an A/B update are volumes of one image with one name.
    if (!are_images && other == nullptr) other = &volume;
  }
  if (other != nullptr) return Disagree(*other, claim);
  same_name.push_back(volumes_.size());
  volumes_.push_back(claim);
  return llvm::Error::success();
}

// The volumes that the claim can be about, by the strongest relation that there is.
std::vector<Claim*> Claims::CandidatesFor(const Claim& claim) {
  std::vector<Claim*> found;
  const auto collect = [&](const auto& test) {
    if (!found.empty()) return;
    for (Claim& volume : volumes_) {
      if (test(volume)) found.push_back(&volume);
    }
  };
  if (!claim.stem.empty()) {
    collect([&](const Claim& volume) {
      return volume.stem == claim.stem && MeansRole(volume, claim.role);
    });
    collect([&](const Claim& volume) { return volume.stem == claim.stem; });
    collect([&](const Claim& volume) { return volume.name == claim.stem; });
    collect([&](const Claim& volume) { return !claim.hex.empty() && Agree(volume, claim); });
    // A signature is of something.
    if (claim.is_signed && !claim.hex.empty()) collect([](const Claim&) { return true; });
    return found;
  }
  if (claim.role != Role::Other) {
    collect([&](const Claim& volume) { return MeansRole(volume, claim.role); });
    collect([&](const Claim& volume) {
      return volume.role == Role::Other && volume.name != "root" && volume.name != "usr";
    });
    return found;
  }
  collect([](const Claim&) { return true; });
  return found;
}

llvm::Error Claims::AddStatement(const Claim& claim) {
  const std::vector<Claim*> candidates = CandidatesFor(claim);
  if (claim.hex.empty() && candidates.size() != 1) {
    return Malformed(claim.place + " is a signature, and " +
                     (candidates.empty() ? "no volume" : "more than one volume") +
                     " has its name: `X.usrhash.p7s` is of the volume of `X.usrhash` or `X.raw`");
  }
  for (Claim* const volume : candidates) {
    if (!volume->hex.empty() && Agree(*volume, claim)) return Merge(*volume, claim);
  }
  if (!candidates.empty()) return Disagree(*candidates.front(), claim);
  volumes_.push_back(claim);
  return llvm::Error::success();
}

llvm::Error Claims::Finish(Inventory& inventory, std::vector<std::string>& notes) {
  std::map<std::string, std::set<std::size_t>> images_of;
  for (const Claim& claim : volumes_) images_of[claim.name].insert(claim.image);
  std::map<std::string, std::size_t> slots;  // by name
  std::set<std::string> names;
  inventory.volumes.reserve(inventory.volumes.size() + volumes_.size());
  for (Claim& claim : volumes_) {
    if (claim.hex.empty()) continue;
    if (claim.algorithm.empty()) {
      for (const Assumed& row : kAssumed) {
        if (row.digits == claim.hex.size()) claim.algorithm = row.algorithm;
      }
      if (claim.algorithm.empty()) {
        return Malformed(claim.place + " has a root hash of " + std::to_string(claim.hex.size()) +
                         " hex digits, but not its algorithm");
      }
      notes.push_back(claim.place + " does not name the algorithm of its root hash: " +
                      claim.algorithm + " is assumed");
    }
    Volume volume;
    volume.name = images_of[claim.name].size() > 1 ? claim.stem + '/' + claim.name : claim.name;
    // Slots of one image, such as those of an A/B update: `usr`, `usr.2`.
    const std::string base = volume.name;
    std::size_t& slot = slots[base];
    while (!names.insert(volume.name).second) volume.name = base + '.' + std::to_string(++slot + 1);
    volume.root_hash = Value(claim);
    volume.is_signed = claim.is_signed;
    // An image that could contain a signature, and does not.
    if (!volume.is_signed && claim.is_complete) volume.is_signed = false;
    volume.certificate_sha256 = claim.certificate_sha256;
    volume.blocks = claim.blocks;
    volume.source = claim.source;
    volume.checked = claim.checked;
    inventory.volumes.push_back(std::move(volume));
  }
  return llvm::Error::success();
}

}  // namespace ipec::inventory
