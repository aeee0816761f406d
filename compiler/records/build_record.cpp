// From the fields of a body to a record.

#include <algorithm>

#include "compiler/records/body.h"
#include "compiler/records/field_values.h"
#include "compiler/records/shapes.h"

namespace ipec::records {
namespace {

constexpr llvm::StringLiteral kDeleted = " (deleted)";
constexpr llvm::StringLiteral kMemfd = "/memfd:";

bool IsTaken(const Outcome& outcome) {
  return outcome.kind == Outcome::Kind::Taken;
}

// The words that the kernel prints instead of a path that it cannot print.
bool StandsForPath(llvm::StringRef path) {
  return path == "<too_long>" || path == "<no_memory>";
}

// The fields of a policy are one: none of them is missing.
Outcome Missing(llvm::StringRef field) {
  return Broken(Trouble::Cut, field);
}

}  // namespace

Outcome BodyReader::Read(std::uint32_t number, llvm::StringRef body, Record& record) {
  const ShapeMatch match = FindShape(number, body);
  if (match.shape == nullptr) return Ignored();
  const Shape& shape = *match.shape;
  if (match.is_cut) return shape.lsm == Lsm::Named ? Ignored() : Broken(Trouble::Cut);
  const std::size_t word = shape.starts.find(' ');
  if (word != llvm::StringRef::npos) body = body.drop_front(word + 1);
  record.dialect = shape.dialect;
  // An empty beginning: the value alone.
  const Outcome outcome = shape.starts.empty() ? ReadTitle(body) : Scan(shape.type, body);
  const llvm::StringRef lsm = Text(Slot::Lsm);
  // A record of another module may have any form.
  if (lsm != "ipe" && (!lsm.empty() || shape.lsm == Lsm::Named)) return Ignored();
  return IsTaken(outcome) ? Build(shape, record) : outcome;
}

Outcome BodyReader::ReadTitle(llvm::StringRef body) {
  values_.fill({});
  if (body.empty()) return Missing("proctitle");
  const FieldValue read = ReadUntrusted(body, decoded_[support::IndexOf(Slot::Title)]);
  if (!IsTaken(read.outcome)) return Broken(read.outcome.trouble, "proctitle");
  if (read.length != body.size()) return Broken(Trouble::Malformed, "proctitle");
  values_[support::IndexOf(Slot::Title)] = {true, read.text};
  return Taken();
}

Outcome BodyReader::Build(const Shape& shape, Record& record) {
  switch (shape.type) {
    case Type::Access:
      return BuildAccess(shape.dialect, record);
    case Type::Activation:
      return BuildActivation(record);
    case Type::Load:
      return BuildLoad(shape.dialect, record);
    case Type::Mode:
      return BuildMode(record);
    case Type::SystemCall:
      return BuildSystemCall(record);
    case Type::ProcessTitle:
      if (!(*this)[Slot::Title].is_there) return Missing("proctitle");
      title_ = Text(Slot::Title).rtrim('\0').str();
      std::replace(title_.begin(), title_.end(), '\0', ' ');
      record.body = ProcessTitle{title_};
      return Taken();
  }
  return Ignored();
}

Outcome BodyReader::SetFlag(Slot slot, std::optional<bool>& flag) {
  const Value& value = (*this)[slot];
  if (!value.value) return value.is_there ? Broken(Trouble::Malformed) : Taken();
  if (*value.value != "0" && *value.value != "1") return Broken(Trouble::Malformed);
  flag = *value.value == "1";
  return Taken();
}

Outcome BodyReader::SetNumber(Slot slot, std::optional<std::uint64_t>& number) {
  const Value& value = (*this)[slot];
  if (!value.value) return Taken();
  number = ToNumber(*value.value);
  return number ? Taken() : Broken(Trouble::Malformed);
}

Outcome BodyReader::BuildAccess(Dialect dialect, Record& record) {
  Access access;
  if (!(*this)[Slot::Rule].value) return Missing("rule");
  access.operation = Text(Slot::Operation);
  access.hook = Text(Slot::Hook);
  access.comm = Text(Slot::Comm);
  access.device = Text(Slot::Device);
  access.rule = Text(Slot::Rule);
  access.allows = access.rule.endswith("ALLOW");
  if (!IsTaken(SetFlag(Slot::Enforcing, access.enforcing))) {
    return Broken(Trouble::Malformed, "enforcing");
  }
  if (!IsTaken(SetNumber(Slot::Pid, access.pid))) return Broken(Trouble::Malformed, "pid");
  if (!IsTaken(SetNumber(Slot::Inode, access.inode))) return Broken(Trouble::Malformed, "ino");
  if (const Outcome outcome = SetFile(dialect, access); !IsTaken(outcome)) return outcome;
  record.body = access;
  return Taken();
}

Outcome BodyReader::SetFile(Dialect dialect, Access& access) {
  const Value& path = (*this)[Slot::Path];
  if (!path.is_there) {
    // Mainline always prints the field. The RFC series leave it out without a file; with one, a
    // path that is not known.
    const bool has_file = access.inode || !access.device.empty();
    access.file = dialect == Dialect::Mainline || has_file ? File::Unknown : File::None;
    return Taken();
  }
  if (!path.value) {
    access.file = File::None;
    return Taken();
  }
  if (StandsForPath(*path.value)) {
    access.file = File::TooLong;
    return Taken();
  }
  access.file = File::Named;
  access.path = *path.value;
  access.is_deleted = access.path.consume_back(kDeleted);
  access.is_memfd = access.is_deleted && access.path.startswith(kMemfd);
  return Taken();
}

Outcome BodyReader::SetPolicy(Slot name, Slot version, Slot digest,
                              std::optional<PolicyName>& policy) {
  if (!(*this)[name].is_there) return Missing("policy_name");
  if (!(*this)[version].is_there) return Missing("policy_version");
  if (!(*this)[name].value) {
    const bool is_absent = !(*this)[version].value && !(*this)[digest].value;
    return is_absent ? Taken() : Broken(Trouble::Malformed, "policy_name");
  }
  if (!(*this)[version].value) return Broken(Trouble::Malformed, "policy_version");
  policy = PolicyName{Text(name), Text(version), Text(digest)};
  return Taken();
}

Outcome BodyReader::BuildActivation(Record& record) {
  Activation activation;
  std::optional<PolicyName> active;
  if (const Outcome outcome = SetPolicy(Slot::PolicyName, Slot::Version, Slot::Digest, active);
      !IsTaken(outcome)) {
    return outcome;
  }
  if (!active) return Broken(Trouble::Malformed, "policy_name");
  if (record.dialect != Dialect::EarlyRfc && active->digest.empty()) return Missing("digest");
  activation.new_policy = *active;
  activation.is_old_recorded = (*this)[Slot::OldName].is_there;
  if (activation.is_old_recorded) {
    const Outcome outcome =
        SetPolicy(Slot::OldName, Slot::OldVersion, Slot::OldDigest, activation.old_policy);
    if (!IsTaken(outcome)) return outcome;
    // These are followed by `lsm=ipe res=1`.
    if (!(*this)[Slot::Result].is_there) return Missing("res");
  }
  record.body = activation;
  return Taken();
}

Outcome BodyReader::BuildLoad(Dialect dialect, Record& record) {
  Load load;
  if (const Outcome outcome = SetPolicy(Slot::PolicyName, Slot::Version, Slot::Digest, load.policy);
      !IsTaken(outcome)) {
    return outcome;
  }
  if (!(*this)[Slot::Digest].is_there) return Missing("digest");
  if (dialect == Dialect::Mainline && !(*this)[Slot::Result].is_there) return Missing("res");
  std::optional<bool> result;
  if (!IsTaken(SetFlag(Slot::Result, result))) return Broken(Trouble::Malformed, "res");
  load.is_success = result.value_or(true);
  // A success without a policy, or the reverse, is not from a kernel.
  if (load.is_success != load.policy.has_value()) return Broken(Trouble::Malformed, "res");
  if ((*this)[Slot::Error].is_there) {
    std::int64_t error = 0;
    if (Text(Slot::Error).getAsInteger(10, error)) return Broken(Trouble::Malformed, "errno");
    load.error = error;
  }
  record.body = load;
  return Taken();
}

Outcome BodyReader::BuildMode(Record& record) {
  Mode mode;
  std::optional<bool> enforcing;
  std::optional<bool> permissive;
  if (!IsTaken(SetFlag(Slot::Enforcing, enforcing)) ||
      !IsTaken(SetFlag(Slot::Permissive, permissive)) ||
      !IsTaken(SetFlag(Slot::OldEnforcing, mode.old_enforcing))) {
    return Broken(Trouble::Malformed, "enforcing");
  }
  if (permissive) enforcing = !*permissive;
  if ((*this)[Slot::ModeWord].is_there) {
    const llvm::StringRef word = Text(Slot::ModeWord);
    if (word != "enforce" && word != "permissive") return Broken(Trouble::Malformed, "mode");
    enforcing = word == "enforce";
  }
  if (!enforcing) return Missing("enforcing");
  mode.enforcing = *enforcing;
  record.body = mode;
  return Taken();
}

Outcome BodyReader::BuildSystemCall(Record& record) {
  SystemCall call;
  // Kernels always print them; both are near the end.
  if (!(*this)[Slot::Comm].is_there) return Missing("comm");
  if (!(*this)[Slot::Executable].is_there) return Missing("exe");
  call.comm = Text(Slot::Comm);
  call.executable = Text(Slot::Executable);
  if (!IsTaken(SetNumber(Slot::Pid, call.pid))) return Broken(Trouble::Malformed, "pid");
  if (!IsTaken(SetNumber(Slot::ParentPid, call.parent_pid))) {
    return Broken(Trouble::Malformed, "ppid");
  }
  if (!IsTaken(SetNumber(Slot::Number, call.number))) {
    return Broken(Trouble::Malformed, "syscall");
  }
  if ((*this)[Slot::Result].value) call.is_success = Text(Slot::Result) == "yes";
  record.body = call;
  return Taken();
}

}  // namespace ipec::records
