#pragma once

// Facts about a policy for those who sign or load it, as text.

#include <string>
#include <string_view>

#include "compiler/command/command.h"
#include "compiler/pipeline/policy_file.h"
#include "compiler/sign/signing_certificate.h"
#include "compiler/sign/thumbprint.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::driver {

// The rules of an operation, by action.
struct RuleCount {
  std::size_t allow = 0;
  std::size_t deny = 0;
  std::size_t all() const { return allow + deny; }
};
policy::OperationMap<RuleCount> CountRules(const policy::Policy& policy);
// "EXECUTE 2 ALLOW, 1 DENY; KMODULE 1 ALLOW": the rules by operation, in the order of operations.
std::string RuleWords(const policy::Policy& policy);

// The contents of an accepted policy as a kernel reads it: name and version, statements, hidden
// content.
void PrintPolicySummary(const pipeline::PolicyFileReading& reading, const targets::Target& target,
                        bool color, llvm::raw_ostream& out);

// Of a signed file: how many bytes more a kernel would read.
std::size_t BytesLeft(std::size_t size);
// "1305 of 65535 bytes; 64230 are left"
std::string SizeWords(std::size_t size);

// "CN=signer (RSA, 2048 bits)"
std::string SignerWords(const sign::Certificate& certificate);

// "expired on 2026-01-01", "not valid before …" or "valid until …", by the clock.
std::string ValidityWords(const sign::Certificate& certificate);

// `sha256:UPPERHEX` of the whole signed file, by the hash with which the target records a policy.
std::string ThumbprintWords(std::string_view signed_file, const targets::Target& target);

}  // namespace ipec::driver
