#include "compiler/analysis/witness.h"

namespace ipec::analysis {
namespace {

std::optional<runtime::Digest> View(const std::optional<OwnedDigest>& digest) {
  if (!digest) return std::nullopt;
  return digest->view();
}

}  // namespace

OwnedDigest CopyDigest(const policy::Policy& policy, policy::DigestId id) {
  const runtime::Digest digest = policy.digests.Get(id);
  return {std::string(digest.algorithm), {digest.bytes.begin(), digest.bytes.end()}};
}

runtime::Event Witness::event() const {
  runtime::Event event;
  event.operation = operation;
  // Hooks that every dialect has.
  event.hook =
      operation == runtime::Operation::Execute ? runtime::Hook::Mmap : runtime::Hook::KernelRead;
  event.file = runtime::File{};
  event.boot_verified = (facts & runtime::kBootVerified) != 0;
  const bool volume_signed = (facts & runtime::kDmveritySigned) != 0;
  if (volume_signed || roothash) event.dmverity = runtime::Dmverity{View(roothash), volume_signed};
  if ((facts & runtime::kFsverityOn) != 0) {
    event.fsverity = runtime::Fsverity{View(digest), (facts & runtime::kFsveritySigned) != 0};
  }
  return event;
}

Witness MakeWitness(const policy::Policy& policy, runtime::Operation operation,
                    runtime::Facts facts, policy::DigestId roothash, policy::DigestId digest) {
  Witness witness{operation, facts, std::nullopt, std::nullopt};
  if (roothash.valid()) witness.roothash = CopyDigest(policy, roothash);
  if (digest.valid()) witness.digest = CopyDigest(policy, digest);
  return witness;
}

}  // namespace ipec::analysis
