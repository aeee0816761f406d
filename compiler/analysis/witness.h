#pragma once

// An example of an event, with the bytes it needs: what a client shows to make an answer concrete,
// and what a test puts to policy::Decide.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/policy/policy.h"
#include "ipec/runtime/event.h"

namespace ipec::analysis {

struct OwnedDigest {
  std::string algorithm;
  std::vector<std::uint8_t> bytes;

  runtime::Digest view() const { return {algorithm, bytes}; }
};

// A digest of `policy`'s store.
OwnedDigest CopyDigest(const policy::Policy& policy, policy::DigestId id);

// The event of one class. A signed volume or a file with fs-verity on whose digest is absent here
// stands for every digest that no rule names: the policy decides them alike.
struct Witness {
  runtime::Operation operation = runtime::Operation::Execute;
  runtime::Facts facts = 0;
  std::optional<OwnedDigest> roothash;
  std::optional<OwnedDigest> digest;

  // A view of this witness: valid while it lives and does not move.
  runtime::Event event() const;
};

// The witness of a class of `policy`'s events. Invalid ids: a digest that no rule names, or none.
Witness MakeWitness(const policy::Policy& policy, runtime::Operation operation,
                    runtime::Facts facts, policy::DigestId roothash, policy::DigestId digest);

}  // namespace ipec::analysis
