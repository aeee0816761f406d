#pragma once

// The policies of a running kernel: which are loaded, which is active, and how the kernel answers
// each write to the files of IPE in securityfs.
//
//   in   Offered    a file as the kernel's checks of signature and text see it
//   out  Answer     errno or success, the reason, and the records that the kernel sends
//
// The checks are in the kernel's order: the file must exist, CAP_MAC_ADMIN, signature, text, name,
// version. A failed write changes nothing.
//
// Source: fs.c, policy_fs.c, policy.c and audit.c in security/ipe of Linux 6.12; for rfc-v7 the
// patches 04, 07, 08 and 14 of that series.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/life/records.h"
#include "compiler/life/steps.h"
#include "compiler/policy/policy.h"
#include "compiler/support/errno.h"
#include "compiler/targets/targets.h"

namespace ipec::life {

enum class Reason : std::uint8_t {
#define IPEC_ANSWER(id, name, words) id,
#include "compiler/life/answers.def"
};

// "version-not-higher"
std::string_view Name(Reason reason);

// A file as the kernel reads it.
struct Offered {
  std::optional<support::Errno> error;  // why the kernel rejects it before it looks at its name
  bool is_text_rejected = false;        // whether the error is that of the text
  std::string why;                      // in words, if it is rejected
  PolicyRecord policy;                  // as far as its header was read
};

struct Answer {
  std::optional<support::Errno> error;  // nothing: the write succeeds
  Reason reason = Reason::Loaded;
  std::string words;  // one sentence; names are printable
  std::vector<SentRecord> records;
};

// The answers that depend on names and versions alone. `is_active`: whether the old policy is.
std::optional<support::Errno> UpdateError(const policy::Policy& old_policy,
                                          const policy::Policy& new_policy,
                                          const targets::Target& target, bool is_active);
std::optional<support::Errno> ActivationError(const policy::Version& active,
                                              const policy::Version& next);

class Machine {
 public:
  // A kernel without a policy, enforcing.
  explicit Machine(const targets::Target& target) : target_(target) {}

  // The kernel starts with a policy that is built in; only before all other steps.
  Answer Boot(const Offered& offered);

  // Writes by a process with the capability CAP_MAC_ADMIN or without it.
  Answer New(const Offered& offered, bool has_capability);
  Answer Update(const std::string& name, const Offered& offered, bool has_capability);
  Answer Activate(const std::string& name, bool has_capability);
  Answer Delete(const std::string& name, bool has_capability);
  Answer SetEnforcing(bool enforcing, bool has_capability);
  Answer SetSuccessAudit(bool success_audit, bool has_capability);

  // A step; `offered` is its file, if it has one. An update that names no policy is one of the
  // policy that the file's header names or, if the header cannot be read, the name of the file.
  Answer Take(const Step& step, const Offered& offered);

  // Whether `policies/NAME` exists.
  bool HasDirectory(const std::string& name) const;
  // The active policy; null: none is active.
  const PolicyRecord* active() const;
  // In the order of their names; the boot policy is among them.
  std::vector<const PolicyRecord*> policies() const;
  bool enforcing() const { return enforcing_; }
  bool success_audit() const { return success_audit_; }

 private:
  // Why a write to a file of the policy fails before the kernel reads what is written.
  std::optional<Answer> CheckFile(const std::string& name, bool has_capability) const;
  std::optional<Answer> CheckFile(bool has_capability) const;
  Answer Failed(Reason reason, support::Errno error, const PolicyRecord& about,
                const PolicyRecord* other = nullptr, std::string_view why = {}) const;
  // Of a write to `new_policy` or `update`, which some kernels record.
  Answer RecordFailure(Answer answer) const;
  bool IsEarly() const;

  const targets::Target& target_;
  std::map<std::string, PolicyRecord> loaded_;  // those with a directory
  std::optional<PolicyRecord> hidden_;          // a boot policy without a directory
  std::string active_;                          // a name; has_active_ says whether there is one
  bool has_active_ = false;
  bool has_files_ = true;
  bool enforcing_ = true;
  bool success_audit_ = false;
};

}  // namespace ipec::life
