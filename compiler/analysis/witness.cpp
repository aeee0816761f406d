#include "compiler/analysis/witness.h"

namespace ipec::analysis {

OwnedDigest CopyDigest(const policy::Policy& policy, policy::DigestId id) {
  const runtime::Digest digest = policy.digests.Get(id);
  return {std::string(digest.algorithm), {digest.bytes.begin(), digest.bytes.end()}};
}

Witness MakeWitness(const policy::Policy& policy, runtime::Operation operation,
                    runtime::Facts facts, policy::DigestId roothash, policy::DigestId digest) {
  Witness witness{operation, facts, std::nullopt, std::nullopt};
  if (roothash.valid()) witness.roothash = CopyDigest(policy, roothash);
  if (digest.valid()) witness.digest = CopyDigest(policy, digest);
  return witness;
}

}  // namespace ipec::analysis
