#pragma once

// The audit records of IPE, and those of the audit subsystem that explain them, as values. Every
// `llvm::StringRef` is valid until the function that was called with the record returns.

#include <cstdint>
#include <optional>
#include <variant>

#include "llvm/ADT/StringRef.h"

namespace ipec::records {

// In the order of the alternatives of Record::body.
enum class Type : std::uint8_t { Access, Activation, Load, Mode, SystemCall, ProcessTitle };
inline constexpr std::size_t kTypes = 6;

// The word of JSON output and tests: "access", "system-call".
llvm::StringRef Name(Type type);

// The family of kernels that writes such records, by the form of the record alone. A family has
// several targets: the records of linux-6.12 and linux-6.19 have one form.
enum class Dialect : std::uint8_t {
  EarlyRfc,  // RFC v1 to v6: types 1808 to 1811
  RfcV7,     // fields `ctx_…`, loads are 1421, activations are 1422, modes are 1423
  LaterRfc,  // RFC v8 to v11: without operation and hook
  Mainline,  // RFC v13 and everything that followed, Azure Linux too
  Audit,     // system calls and process titles: written by the audit subsystem
};

// "early-rfc", "context-rfc", "later-rfc", "mainline", "audit".
llvm::StringRef Name(Dialect dialect);

// `audit(1653364370.067:61)`. The time of a line of journald's short form is not read: it has no
// year, no time zone and no fraction.
struct Stamp {
  std::optional<std::int64_t> milliseconds;  // since 1970
  std::optional<std::uint64_t> serial;       // equal for all records of one event

  friend bool operator==(const Stamp&, const Stamp&) = default;
};

enum class File : std::uint8_t {
  None,     // `path=? dev=? ino=?`: an event without a file, such as anonymous memory
  Named,    // with a path
  TooLong,  // `path="<too_long>"`: a file, the path of which the kernel could not print
  Unknown,  // the record does not have the field
};

struct Access {
  llvm::StringRef operation;  // as the kernel printed it; empty if the record does not have it
  llvm::StringRef hook;       // the same
  std::optional<bool> enforcing;
  std::optional<std::uint64_t> pid;
  llvm::StringRef comm;  // decoded
  File file = File::Unknown;
  llvm::StringRef path;     // decoded, without the ` (deleted)` of a deleted file
  bool is_deleted = false;  // or the real path ends so: a record cannot tell
  bool is_memfd = false;    // `/memfd:NAME (deleted)`, `path` is `/memfd:NAME`
  llvm::StringRef device;   // decoded; empty if absent
  std::optional<std::uint64_t> inode;
  // The statement that decided, in the form in which `ipec eval` and mainline print it. Texts of
  // older trees are brought to that form: `EXECUTE …` becomes `op=EXECUTE …`, and the algorithm of
  // a digest gets its quotes. Everything else is as recorded, so operations of rfc-v7 still have
  // the swapped names that this series prints.
  llvm::StringRef rule;
  bool allows = false;  // the action at the end of `rule`
};

struct PolicyName {
  llvm::StringRef name;
  llvm::StringRef version;  // "1.2.3"
  llvm::StringRef digest;   // "sha256:E3B0…", uppercase; empty in activations of RFC v1

  friend bool operator==(const PolicyName&, const PolicyName&) = default;
};

// Another policy is active.
struct Activation {
  bool is_old_recorded = true;  // false in rfc-v7 and before: `old_policy` is not known
  std::optional<PolicyName> old_policy;
  PolicyName new_policy;
};

// A policy was loaded or updated, or that failed.
struct Load {
  std::optional<PolicyName> policy;  // absent in failures
  bool is_success = true;
  std::optional<std::int64_t> error;  // `errno=`, 0 or negative; absent before 6.16
};

struct Mode {
  bool enforcing = true;
  std::optional<bool> old_enforcing;
};

// A record of type SYSCALL with the serial of the record that it explains.
struct SystemCall {
  llvm::StringRef executable;  // `exe=`, decoded; empty if the kernel did not know it
  llvm::StringRef comm;        // decoded
  std::optional<std::uint64_t> pid;
  std::optional<std::uint64_t> parent_pid;
  std::optional<std::uint64_t> number;  // `syscall=`, of the architecture `arch=`
  std::optional<bool> is_success;
};

struct ProcessTitle {
  llvm::StringRef text;  // the command line, decoded; a space for each NUL between arguments
};

struct Record {
  Type type() const { return static_cast<Type>(body.index()); }

  std::variant<Access, Activation, Load, Mode, SystemCall, ProcessTitle> body;
  Stamp stamp;
  Dialect dialect = Dialect::Mainline;
  // The machine of `node=NAME`; empty without. Serial numbers count for each machine.
  llvm::StringRef node;
  std::uint64_t line = 0;  // from 1; of an entry of several lines, the first
};

}  // namespace ipec::records
