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

namespace {

std::optional<runtime::Digest> View(const std::optional<OwnedDigest>& digest) {
  if (!digest) return std::nullopt;
  return runtime::Digest{digest->algorithm, digest->bytes};
}

}  // namespace

runtime::Event EventOf(const Witness& witness) {
  runtime::Event event;
  event.operation = witness.operation;
  event.hook = witness.operation == runtime::Operation::Execute ? runtime::Hook::Mmap
                                                                : runtime::Hook::KernelRead;
  event.file = runtime::File{};
  const runtime::Facts facts = witness.facts;
  event.boot_verified = (facts & runtime::kBootVerified) != 0;
  const bool volume_signed = (facts & runtime::kDmveritySigned) != 0;
  if (volume_signed || witness.roothash) {
    event.dmverity = runtime::Dmverity{View(witness.roothash), volume_signed};
  }
  if ((facts & runtime::kFsverityOn) != 0) {
    event.fsverity =
        runtime::Fsverity{View(witness.digest), (facts & runtime::kFsveritySigned) != 0};
  }
  return event;
}

}  // namespace ipec::analysis
