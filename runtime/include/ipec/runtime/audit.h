#pragma once

// The audit records that a kernel of the policy's dialect sends, byte for byte.
//
// Every function writes the body of one record as snprintf does: never beyond `room`, the last byte
// written is NUL, and the length of the whole record (without the NUL) is returned, so a first call
// with an empty `room` returns the size needed. 0 means that the kernel sends no such record.
// Fields and record numbers are rows of audit_fields.def.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "ipec/runtime/api.h"
#include "ipec/runtime/evaluate.h"
#include "ipec/runtime/event.h"
#include "ipec/runtime/policy.h"

namespace ipec::runtime {

enum class Record : std::uint8_t { Access, Activation, Load, FailedLoad, Mode };

// The number of the record in the dialect; 0 if it has no such record.
IPEC_RUNTIME_API std::uint32_t RecordType(Features dialect, Record record) noexcept;

// Who loaded, activated or switched; both numbers are 4294967295 when unset.
struct Actor {
  std::uint32_t auid = UINT32_MAX;
  std::uint32_t session = UINT32_MAX;
};

// A policy as records name it. The thumbprint is the hash of the whole signed file; for a policy
// built into the kernel, the hash of empty input.
struct PolicyIdentity {
  std::string_view name;
  PolicyVersion version;
  Digest thumbprint;
};

// Whether the kernel records the decision: DENY always, ALLOW only with success auditing on.
constexpr bool IsRecorded(const Decision& decision, bool success_audit) {
  return decision.action == Action::Deny || success_audit;
}

// `decision` is the result of Evaluate() for `policy` and this very event.
IPEC_RUNTIME_API std::size_t AccessRecord(const Policy& policy, const Event& event,
                                          const Decision& decision, bool success_audit,
                                          std::span<char> room) noexcept;

IPEC_RUNTIME_API std::size_t LoadRecord(Features dialect, const PolicyIdentity& loaded,
                                        const Actor& actor, std::span<char> room) noexcept;

// `error` is negative, as in the kernel: -74 is EBADMSG.
IPEC_RUNTIME_API std::size_t FailedLoadRecord(Features dialect, std::int32_t error,
                                              const Actor& actor, std::span<char> room) noexcept;

// `old_policy` is null if no policy was active.
IPEC_RUNTIME_API std::size_t ActivationRecord(Features dialect, const PolicyIdentity* old_policy,
                                              const PolicyIdentity& new_policy, const Actor& actor,
                                              std::span<char> room) noexcept;

// ModeRecordCount() has the number of records that the kernel sends.
IPEC_RUNTIME_API std::size_t ModeRecord(Features dialect, bool enforcing, bool old_enforcing,
                                        const Actor& actor, std::span<char> room) noexcept;

// The number of records for one change of the mode: 2 if the kernel sends a second, empty one of
// the same number after ModeRecord(), else 1.
IPEC_RUNTIME_API std::size_t ModeRecordCount(Features dialect) noexcept;

}  // namespace ipec::runtime
