#pragma once

// An example of an event, with the bytes it needs. Clients show it to make a result concrete.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compiler/policy/policy.h"
#include "ipec/runtime/event.h"

namespace ipec::analysis {

struct OwnedDigest {
  std::string algorithm;
  std::vector<std::uint8_t> bytes;
};

// A copy of a digest in the store of `policy`.
OwnedDigest CopyDigest(const policy::Policy& policy, policy::DigestId id);

// Null: none. Shared, because a large policy has many groups of cases, and each names its digest
// several times.
using SharedDigest = std::shared_ptr<const OwnedDigest>;
SharedDigest ShareDigest(const policy::Policy& policy, policy::DigestId id);

// An event that represents its class. If the digest of a signed volume or of a file with fs-verity
// is absent here, it represents every digest that no rule names: the policy decides them alike.
struct Witness {
  runtime::Operation operation = runtime::Operation::Execute;
  runtime::Facts facts = 0;
  SharedDigest roothash;
  SharedDigest digest;
};

// The event of a witness, from a hook that every dialect has. A view of it.
runtime::Event EventOf(const Witness& witness);

// The witness of a class of events of `policy`. An invalid id: a digest that no rule names, or
// none.
Witness MakeWitness(const policy::Policy& policy, runtime::Operation operation,
                    runtime::Facts facts, policy::DigestId roothash, policy::DigestId digest);

}  // namespace ipec::analysis
