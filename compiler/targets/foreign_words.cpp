#include <array>

#include "compiler/targets/targets.h"

namespace ipec::targets {
namespace {

using Kind = ForeignWord::Kind;
using enum runtime::Operation;

// The replacements of a row, as a span of static storage.
template <runtime::Operation... kOperations>
constexpr std::array<runtime::Operation, sizeof...(kOperations)> kList = {kOperations...};

constexpr std::string_view kOneFirmware = "all firmware is one operation, FIRMWARE";
constexpr std::string_view kCertificates = "certificates are X509_CERT";
constexpr std::string_view kOwnPolicies =
    "from an experimental kernel; released kernels do not guard IPE's own policies, and "
    "`op=POLICY` covers those of IMA";
constexpr std::string_view kSwitchEnforce =
    "from an experimental kernel; released kernels do not guard the switch `enforce`";
constexpr std::string_view kSwitchAudit =
    "from an experimental kernel; released kernels do not guard the switch `success_audit`";
constexpr std::string_view kMetadataBacking =
    "from the maintainers' development tree of 2026, for composefs and EROFS: about the file that "
    "backs the file system with the file's metadata; no released kernel has it";

// Words of other code bases that occur in real policies although no target of ipec knows them in
// this place. A row is used only if the target does not know the word.
//
// Replacement: words with the same meaning, if the target knows them; several words need several
// statements. If the target knows none of them, the statement must be removed.
constexpr ForeignWord kForeignWords[] = {
    {Kind::Operation, "KERNEL_READ",
     "in the RFC series and Azure Linux 3, an alias for six operations",
     kList<Firmware, KernelModule, Policy, X509Cert, KexecImage, KexecInitramfs>},
    {Kind::Operation, "READ",
     "from Azure Linux 3, for every open of a file, for writing too; kernels of this target do not "
     "check opens",
     kList<>},
    {Kind::Operation, "KERNEL_MODULE", "the name in the kernel's source code; policies use KMODULE",
     kList<KernelModule>},
    {Kind::Operation, "MODULE", "kernel modules are KMODULE", kList<KernelModule>},
    {Kind::Operation, "FIRMWARE_READ", kOneFirmware, kList<Firmware>},
    {Kind::Operation, "FIRMWARE_BUFFER", kOneFirmware, kList<Firmware>},
    {Kind::Operation, "EXEC", "the operation is spelled out: EXECUTE", kList<Execute>},
    {Kind::Operation, "KEXEC", "the kernel image and its initramfs are separate operations",
     kList<KexecImage, KexecInitramfs>},
    {Kind::Operation, "X509", kCertificates, kList<X509Cert, ImaX509Cert>},
    {Kind::Operation, "X509_CERTIFICATE", kCertificates, kList<X509Cert, ImaX509Cert>},
    {Kind::Operation, "IMA_POLICY", "from the RFC series; mainline calls it POLICY", kList<Policy>},
    {Kind::Operation, "IMA_X509_CERT", "from the RFC series; mainline calls it X509_CERT",
     kList<X509Cert>},
    {Kind::Operation, "POLICY", "from mainline; the RFC series calls it IMA_POLICY",
     kList<ImaPolicy>},
    {Kind::Operation, "X509_CERT", "from mainline; the RFC series calls it IMA_X509_CERT",
     kList<ImaX509Cert>},
    {Kind::Operation, "BPF_PROG_LOAD",
     "from Hornet and two other unmerged series for signed BPF programs; no released kernel checks "
     "BPF programs",
     kList<>},
    {Kind::Operation, "BPF_PROG_LOAD_POST_INTEGRITY",
     "from one of three unmerged series for signed BPF programs; no released kernel checks BPF "
     "programs",
     kList<>},
    {Kind::Operation, "IPE_POLICY_LOAD", kOwnPolicies, kList<>},
    {Kind::Operation, "IPE_POLICY_UPDATE", kOwnPolicies, kList<>},
    {Kind::Operation, "IPE_POLICY_ACTIVATION", kOwnPolicies, kList<>},
    {Kind::Operation, "IPE_POLICY_DELETE", kOwnPolicies, kList<>},
    {Kind::Operation, "IPE_ENFORCEMENT_ON", kSwitchEnforce, kList<>},
    {Kind::Operation, "IPE_ENFORCEMENT_OFF", kSwitchEnforce, kList<>},
    {Kind::Operation, "IPE_SUCCESS_AUDIT_ON", kSwitchAudit, kList<>},
    {Kind::Operation, "IPE_SUCCESS_AUDIT_OFF", kSwitchAudit, kList<>},

    {Kind::Property, "metadata_backing_file_fsverity_digest", kMetadataBacking, kList<>},
    {Kind::Property, "metadata_backing_file_dmverity_roothash", kMetadataBacking, kList<>},
    {Kind::Property, "metadata_backing_file_dmverity_signature", kMetadataBacking, kList<>},
    {Kind::Property, "bpf_signature",
     "from unmerged series for signed BPF programs: Hornet has the values NONE, OK, UNSIGNED, "
     "PARTIALSIG, UNKNOWNKEY, UNEXPECTED, FAULT and BADSIG, another one UNSIGNED, OK and "
     "METADATA_VERIFIED",
     kList<>},
    {Kind::Property, "bpf_keyring",
     "from unmerged series for signed BPF programs: Hornet has the values BUILTIN, SECONDARY and "
     "PLATFORM, another one also USER",
     kList<>},
    {Kind::Property, "bpf_kernel",
     "from Hornet and another unmerged series for signed BPF programs", kList<>},
    {Kind::Property, "is_kernel",
     "from an early version of an unmerged series for signed BPF programs", kList<>},
    {Kind::Property, "intended_pathname",
     "from Azure Linux 3, for the beginning of the path that a program opens; kernels of this "
     "target never look at paths",
     kList<>},
    {Kind::Property, "anonymous_memory",
     "from a proposed patch of January 2025; in released kernels, memory without a file matches "
     "only rules without properties and rules with `=FALSE` properties",
     kList<>},
    {Kind::Property, "dmverity_cmdline_measured", "proposed, but not in any kernel", kList<>},
    {Kind::Property, "composefs_signature",
     "proposed, but not in any kernel; composefs is checked through fs-verity", kList<>},
    {Kind::Property, "dmverity_rooted",
     "never in any kernel; a volume is identified by dmverity_roothash or dmverity_signature",
     kList<>},
    {Kind::Property, "appraise_result",
     "a keyword of IMA policies; no kernel accepts it in an IPE policy", kList<>},
};

}  // namespace

const ForeignWord* FindForeignWord(ForeignWord::Kind kind, std::string_view word) {
  for (const ForeignWord& row : kForeignWords) {
    if (row.kind == kind && row.spelling == word) return &row;
  }
  return nullptr;
}

std::span<const ForeignWord> ForeignWords() {
  return kForeignWords;
}

}  // namespace ipec::targets
