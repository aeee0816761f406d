#pragma once

// The features of dialects. Only sources that test for one include this, so a new one recompiles
// few.

#include "compiler/targets/targets.h"

namespace ipec::targets {

enum class Feature : std::uint8_t {
// Those that the runtime knows.
#define IPEC_FEATURE(name, bit, spelling, meaning) name,
#include "ipec/runtime/features.def"
  QuotedValues,           // values may be quoted; three passes over the text
  OperationAliases,       // one word for several operations
  PinnedSuperblock,       // boot_verified compares with the superblock of the first file executed
  VerityBeforeSignature,  // `fsverity_signature` of either value requires fs-verity
  ChosenThumbprint,       // the thumbprint's hash is a build-time choice of the kernel
  Securityfs,             // a policy's name becomes a directory of securityfs, with its limits
  EarlyLife,              // the life of policies in the RFC series: see compiler/life
  ScriptHook,             // scripts are checked with AT_EXECVE_CHECK
};

}  // namespace ipec::targets
