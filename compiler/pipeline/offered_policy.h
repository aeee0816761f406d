#pragma once

// From the bytes of a file to what a kernel makes of them, before it looks at the policies that are
// loaded: the kernel's checks of signature and text.

#include <string>

#include "compiler/life/machine.h"
#include "compiler/pipeline/policy_file.h"
#include "compiler/pipeline/trusted_keys.h"
#include "compiler/sign/thumbprint.h"
#include "compiler/support/source.h"
#include "compiler/targets/targets.h"

namespace ipec::pipeline {

struct OfferOptions {
  sign::Hash hash = sign::Hash::Sha256;  // of thumbprints
  // Text counts as signed by a trusted key. Its thumbprint is not known: all zeros.
  bool assumes_signed = false;
  // Null: signatures by keys that are not in the file are valid, and trusted.
  const TrustedKeys* keys = nullptr;
  Keyrings searched = AllKeyrings();
};

// The text of a policy that is built into the kernel; a signed file is malformed text.
life::Offered OfferAtBoot(support::SourceBuffer bytes, const targets::Target& target,
                          const OfferOptions& options);

// The bytes that are written to `new_policy` or `update`; text that is not signed is a malformed
// message.
life::Offered OfferWritten(support::SourceBuffer bytes, const targets::Target& target,
                           const OfferOptions& options);

// The first error of a rejected file in one line: "line 3: unknown operation …".
std::string FirstError(const PolicyFileReading& reading);

}  // namespace ipec::pipeline
