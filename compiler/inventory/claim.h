#pragma once

// Statements of inputs about volumes, and how they become one inventory.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/inventory/inventory.h"
#include "llvm/Support/Error.h"

namespace ipec::inventory {

enum class Role : std::uint8_t { Other, Root, Usr };

struct Claim {
  std::string place;      // as in messages: "`a.raw`, partition 2"
  std::string name;       // of the volume; empty: unknown
  std::string algorithm;  // empty: unknown
  std::string hex;        // of the root hash; empty: unknown
  std::optional<bool> is_signed;
  std::string certificate_sha256;
  std::optional<std::uint64_t> blocks;
  std::string source;
  Checked checked = Checked::None;
  Role role = Role::Other;
  std::string stem;          // the name of the input without its extension
  std::size_t image = 0;     // from 1: volumes of two images may have one name
  bool is_complete = false;  // the image would contain the signature
};

// Gathers what inputs say. The errors are Contradictions that name both values and both places.
class Claims {
 public:
  // Something that is a volume: a hash tree, a running device, a row of a manifest.
  llvm::Error AddVolume(const Claim& claim);
  // Something about a volume that another input is, or is a volume of its own if no input is: a
  // sidecar, a kernel command line, a signature. All volumes must have been added.
  llvm::Error AddStatement(const Claim& claim);

  // Appends the volumes with their names; notes about values that were assumed.
  llvm::Error Finish(Inventory& inventory, std::vector<std::string>& notes);

 private:
  std::vector<Claim*> CandidatesFor(const Claim& claim);

  std::vector<Claim> volumes_;
  std::map<std::string, std::vector<std::size_t>> by_name_;
};

}  // namespace ipec::inventory
