#pragma once

// A set of cases of one operation in a few numbers, as the words for it need them.

#include <cstdint>

#include "compiler/analysis/facts_set.h"
#include "compiler/analysis/witness.h"
#include "ipec/runtime/event.h"

namespace ipec::analysis {

struct CaseGroup {
  // The root hashes, or file digests, that its cases have.
  struct Digests {
    enum class Kind : std::uint8_t {
      Unnamed,  // one that no rule names, or none
      One,      // the same one in all cases
      Mixed,
    };
    Kind kind = Kind::Unnamed;
    SharedDigest one;         // null unless it is One
    std::uint64_t named = 0;  // how many the rules of the operation name
  };

  // Unknown: every operation without a name.
  runtime::Operation operation = runtime::Operation::Execute;
  std::uint64_t cases = 0;
  FactsSet facts;  // that its cases have
  Digests roothashes;
  Digests digests;
  bool has_file = false;  // all of its events do; else those without a file may be among them
};

// The case that a witness represents.
inline CaseGroup CaseOf(const Witness& witness) {
  const auto digests = [](const SharedDigest& digest) -> CaseGroup::Digests {
    using enum CaseGroup::Digests::Kind;
    const bool is_named = digest != nullptr;
    return {is_named ? One : Unnamed, digest, is_named ? std::uint64_t{1} : 0};
  };
  return {witness.operation, 1, FactsSet{witness.facts}, digests(witness.roothash),
          digests(witness.digest)};
}

// Files that anyone could have made: neither on the initramfs nor signed. The combination without
// facts also represents events without a file.
inline constexpr FactsSet kUnverified = FactsSet::WithNoneOf(
    runtime::kBootVerified | runtime::kDmveritySigned | runtime::kFsveritySigned);

}  // namespace ipec::analysis
