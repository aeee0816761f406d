#include "compiler/analysis/witness.h"

#include <optional>

namespace ipec::analysis {

OwnedDigest CopyDigest(const policy::Policy& policy, policy::DigestId id) {
  const runtime::Digest digest = policy.digests.Get(id);
  return {std::string(digest.algorithm), {digest.bytes.begin(), digest.bytes.end()}};
}

SharedDigest ShareDigest(const policy::Policy& policy, policy::DigestId id) {
  return std::make_shared<const OwnedDigest>(CopyDigest(policy, id));
}

Witness MakeWitness(const policy::Policy& policy, runtime::Operation operation,
                    runtime::Facts facts, policy::DigestId roothash, policy::DigestId digest) {
  Witness witness{operation, facts, nullptr, nullptr};
  if (roothash.valid()) witness.roothash = ShareDigest(policy, roothash);
  if (digest.valid()) witness.digest = ShareDigest(policy, digest);
  return witness;
}

namespace {

std::optional<runtime::Digest> View(const SharedDigest& digest) {
  if (digest == nullptr) return std::nullopt;
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
  if (volume_signed || witness.roothash != nullptr) {
    event.dmverity = runtime::Dmverity{View(witness.roothash), volume_signed};
  }
  if ((facts & runtime::kFsverityOn) != 0) {
    event.fsverity =
        runtime::Fsverity{View(witness.digest), (facts & runtime::kFsveritySigned) != 0};
  }
  return event;
}

}  // namespace ipec::analysis
