#pragma once

// The audit records of loads, activations and changes of the mode, as the runtime library writes
// them.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/policy/policy.h"
#include "compiler/sign/thumbprint.h"
#include "compiler/support/errno.h"
#include "compiler/targets/targets.h"

namespace ipec::life {

// A policy as records name it.
struct PolicyRecord {
  std::string name;
  policy::Version version;
  sign::Hash hash = sign::Hash::Sha256;
  std::vector<std::uint8_t> thumbprint;  // of the signed file; of a boot policy, of empty input
  std::string source;                    // the file that it was read from
  bool is_boot = false;
};

struct SentRecord {
  std::uint32_t type = 0;
  std::string body;  // may be empty, and may have any bytes of a name
};

// "type=1422 audit(0.000:0): BODY", where the stamp stands for time and serial number.
std::string LineOf(const SentRecord& record);

// "1.2.3"
std::string Show(const policy::Version& version);

// The hash with which kernels of the dialect record policies, unless they were built with another
// one.
sign::Hash UsualHash(const targets::Target& target);

// `auid` and `ses` are those of a process without login.
SentRecord LoadOf(const targets::Target& target, const PolicyRecord& loaded);
// Nothing if kernels of the dialect do not record failures.
std::vector<SentRecord> FailedLoadOf(const targets::Target& target, support::Errno error);
// `old_policy` is null if none was active.
SentRecord ActivationOf(const targets::Target& target, const PolicyRecord* old_policy,
                        const PolicyRecord& new_policy);
std::vector<SentRecord> ModeOf(const targets::Target& target, bool enforcing, bool old_enforcing);

}  // namespace ipec::life
