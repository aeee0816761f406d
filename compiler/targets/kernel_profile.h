#pragma once

// A kernel profile: the meaning of a kernel's configuration, and of the command line that it is
// booted with, for IPE. Decisions depend only on `target`, which lacks the properties that the
// kernel was built without; the rest is for reports.
//
// Source: security/ipe/Kconfig, security/security.c, drivers/md/dm-verity-verify-sig.c and
// Documentation/admin-guide/LSM/ipe.rst of Linux 6.12.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/targets/kernel_config.h"
#include "compiler/targets/targets.h"

namespace ipec::targets {

// A row of profile_findings.def.
struct ProfileFindingKind {
  diagnostics::Severity severity;
  std::string_view name;  // stable
  std::string_view explanation;
};
std::span<const ProfileFindingKind> ProfileFindingKinds();

// Something that a user of IPE should know about a kernel.
struct ProfileFinding {
  diagnostics::Severity severity = diagnostics::Severity::Information;
  std::string_view name;
  std::string message;
  friend bool operator==(const ProfileFinding&, const ProfileFinding&) = default;
};

struct KernelProfile {
  std::string release;       // "6.12.117"; empty if the configuration is a fragment
  bool is_fragment = false;  // what a fragment does not mention is unknown
  Setting ipe = Setting::Unknown;
  // The target of the release, without the missing properties. Null if the release is not known, or
  // if no target is for it.
  const Target* target = nullptr;
  policy::PropertySet missing;  // properties that the kernel was built without
  policy::PropertySet unknown;  // a fragment does not determine them; they count as built
  bool knows_lsm = false;
  std::vector<std::string> lsm;  // security modules in their order, as the kernel starts them
  // Whether IPE is built but not among the security modules.
  bool is_inactive = false;
  // The path of the policy that is built in, in the directory where the kernel was built. Empty:
  // none, or not known.
  std::string boot_policy;
  bool knows_boot_policy = true;
  // Names of the keyrings in which the kernel searches for the key of a signature. `(unknown)`
  // after a name: a fragment does not say.
  std::vector<std::string> policy_keyrings;
  std::vector<std::string> dmverity_keyrings;
  std::vector<std::string> fsverity_keyrings;
  std::vector<ProfileFinding> findings;  // errors first

  friend bool operator==(const KernelProfile&, const KernelProfile&) = default;
};

// `command_line`: what the boot loader passes, in addition to CONFIG_CMDLINE.
KernelProfile ProfileOf(const KernelConfig& config, std::string_view command_line = {});

}  // namespace ipec::targets
