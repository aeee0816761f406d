#include "ipec/runtime/audit.h"

#include "runtime/numbers.h"
#include "runtime/writer.h"

namespace ipec::runtime {
namespace {

// The possible subjects of the records of a dialect; the source of a field uses the one it needs.
struct Subject {
  Features dialect = 0;
  const Policy* policy = nullptr;
  const Event* event = nullptr;
  const Decision* decision = nullptr;
  const PolicyIdentity* loaded = nullptr;  // null: no policy was created
  const PolicyIdentity* old_policy = nullptr;
  Actor actor;
  bool enforcing = false;
  bool old_enforcing = false;
  std::int32_t error = 0;
};

// The value of a field before quoting.
struct Value {
  enum class Kind : std::uint8_t {
    Absent,
    Nothing,
    Text,
    Unsigned,
    Signed,
    Version,
    Thumbprint,
    NamedThumbprint,
    Rule,
  };
  Kind kind = Kind::Absent;
  std::string_view text;
  std::uint64_t number = 0;
  PolicyVersion version;
  Digest digest;
};

Value TextValue(std::string_view text) {
  Value value;
  value.kind = Value::Kind::Text;
  value.text = text;
  return value;
}
Value NumberValue(std::uint64_t number) {
  Value value;
  value.kind = Value::Kind::Unsigned;
  value.number = number;
  return value;
}
Value SignedValue(std::int32_t number) {
  Value value;
  value.kind = Value::Kind::Signed;
  value.number = static_cast<std::uint64_t>(std::int64_t{number});
  return value;
}
Value VersionValue(const PolicyIdentity* policy) {
  if (policy == nullptr) return {};
  Value value;
  value.kind = Value::Kind::Version;
  value.version = policy->version;
  return value;
}
Value DigestValue(const PolicyIdentity* policy, Value::Kind kind) {
  if (policy == nullptr) return {};
  Value value;
  value.kind = kind;
  value.digest = policy->thumbprint;
  return value;
}
Value NameValue(const PolicyIdentity* policy) {
  return policy == nullptr ? Value() : TextValue(policy->name);
}

// The kernel keeps 16 bytes of a task's name with its NUL.
constexpr std::size_t kLongestComm = 15;
// Plain records print a path from a buffer of PATH_MAX + 11 bytes, NUL included, so that a path of
// PATH_MAX still has room for ` (deleted)`. A path that does not fit is not cut but replaced.
constexpr std::size_t kLongestPath = 4106;
constexpr std::string_view kTooLongPath = "<too_long>";
// Context records truncate a path at PATH_MAX, NUL included.
constexpr std::size_t kLongestContextPath = 4095;

std::string_view CutOff(std::string_view text, std::size_t longest) {
  return {text.data(), text.size() < longest ? text.size() : longest};
}

// The sources that audit_fields.def lists.
Value None(const Subject&) {
  Value value;
  value.kind = Value::Kind::Nothing;
  return value;
}
Value OperationName(const Subject& about) {
  return TextValue(RecordName(*about.policy, about.event->operation));
}
Value HookName(const Subject& about) {
  const std::uint32_t number = NumberOf(about.event->hook);
  return number < kHookCount ? TextValue(kHookNames[number]) : Value();
}
Value Enforcing(const Subject& about) {
  return NumberValue(about.enforcing ? 1 : 0);
}
Value OldEnforcing(const Subject& about) {
  return NumberValue(about.old_enforcing ? 1 : 0);
}
Value Pid(const Subject& about) {
  return SignedValue(about.event->pid);
}
Value Comm(const Subject& about) {
  return TextValue(CutOff(about.event->comm, kLongestComm));
}
Value Path(const Subject& about) {
  if (!about.event->file || !about.event->file->path) return {};
  const std::string_view path = *about.event->file->path;
  return TextValue(path.size() <= kLongestPath ? path : kTooLongPath);
}
Value ContextPath(const Subject& about) {
  if (!about.event->file || !about.event->file->path) return {};
  return TextValue(CutOff(*about.event->file->path, kLongestContextPath));
}
Value Device(const Subject& about) {
  return about.event->file ? TextValue(about.event->file->device) : Value();
}
Value Inode(const Subject& about) {
  return about.event->file ? NumberValue(about.event->file->inode) : Value();
}
Value RuleQuote(const Subject&) {
  Value value;
  value.kind = Value::Kind::Rule;
  return value;
}
Value PolicyName(const Subject& about) {
  return NameValue(about.loaded);
}
Value OldName(const Subject& about) {
  return NameValue(about.old_policy);
}
Value Version(const Subject& about) {
  return VersionValue(about.loaded);
}
Value OldVersion(const Subject& about) {
  return VersionValue(about.old_policy);
}
Value Thumbprint(const Subject& about) {
  return DigestValue(about.loaded, Value::Kind::Thumbprint);
}
Value OldThumbprint(const Subject& about) {
  return DigestValue(about.old_policy, Value::Kind::Thumbprint);
}
Value NamedThumbprint(const Subject& about) {
  return DigestValue(about.loaded, Value::Kind::NamedThumbprint);
}
Value Auid(const Subject& about) {
  return NumberValue(about.actor.auid);
}
Value Session(const Subject& about) {
  return NumberValue(about.actor.session);
}
Value Errno(const Subject& about) {
  return SignedValue(about.error);
}

enum class Family : std::uint8_t { Plain, Context };
enum class Quoting : std::uint8_t { Bare, Untrusted, Quoted };
enum class When : std::uint8_t { Always, IfPresent };

struct Field {
  std::string_view before;
  Value (*source)(const Subject&);
  Family family;
  Record record;
  Quoting quoting;
  When when;
  Features needs;
};

// Features by their names in the tables.
constexpr Features kAny = 0;
#define IPEC_FEATURE(name, bit, spelling, meaning) \
  [[maybe_unused]] constexpr Features k##name = table::k##name;
#include "ipec/runtime/features.def"

constexpr Field kFields[] = {
#define IPEC_AUDIT_FIELD(family, record, before, source, quoting, when, needs) \
  {before, source, Family::family, Record::record, Quoting::quoting, When::when, k##needs},
#include "ipec/runtime/audit_fields.def"
};

struct RecordNumber {
  Family family;
  Record record;
  std::uint32_t type;
  Features needs;
};
constexpr RecordNumber kNumbers[] = {
#define IPEC_AUDIT_RECORD(family, record, type, needs) \
  {Family::family, Record::record, type, k##needs},
#include "ipec/runtime/audit_fields.def"
};

Family FamilyOf(Features dialect) {
  return (dialect & table::kContextRecords) != 0 ? Family::Context : Family::Plain;
}

bool Has(Features dialect, Features needs) {
  return (dialect & needs) == needs;
}

void PutBare(const Subject& about, const Value& value, Writer& writer) {
  switch (value.kind) {
    case Value::Kind::Absent:
    case Value::Kind::Nothing:
      return;
    case Value::Kind::Text:
      return writer.Put(value.text);
    case Value::Kind::Unsigned:
      return writer.PutUnsigned(value.number);
    case Value::Kind::Signed:
      return writer.PutSigned(static_cast<std::int64_t>(value.number));
    case Value::Kind::Version:
      writer.PutUnsigned(value.version.major);
      writer.Put('.');
      writer.PutUnsigned(value.version.minor);
      writer.Put('.');
      return writer.PutUnsigned(value.version.revision);
    case Value::Kind::Thumbprint:
    case Value::Kind::NamedThumbprint:
      writer.Put(value.digest.algorithm);
      writer.Put(value.kind == Value::Kind::Thumbprint ? ':' : '=');
      return writer.PutHex(value.digest.bytes.data(), value.digest.bytes.size());
    case Value::Kind::Rule:
      return PutRuleText(*about.policy, *about.event, *about.decision, writer);
  }
}

void PutField(const Subject& about, const Field& field, Writer& writer) {
  if (!Has(about.dialect, field.needs)) return;
  const Value value = field.source(about);
  const bool absent = value.kind == Value::Kind::Absent;
  if (absent && field.when == When::IfPresent) return;
  writer.Put(field.before);
  if (absent) return writer.Put('?');
  if (field.quoting == Quoting::Untrusted) return writer.PutUntrusted(value.text);
  if (field.quoting == Quoting::Quoted) writer.Put('"');
  PutBare(about, value, writer);
  if (field.quoting == Quoting::Quoted) writer.Put('"');
}

std::size_t PutRecord(const Subject& about, Record record, std::span<char> room) {
  Writer writer(room);
  if (RecordType(about.dialect, record) != 0) {
    for (const Field& field : kFields) {
      if (field.family == FamilyOf(about.dialect) && field.record == record) {
        PutField(about, field, writer);
      }
    }
  }
  return writer.Finish();
}

}  // namespace

std::uint32_t RecordType(Features dialect, Record record) noexcept {
  for (const RecordNumber& number : kNumbers) {
    if (number.family == FamilyOf(dialect) && number.record == record &&
        Has(dialect, number.needs)) {
      return number.type;
    }
  }
  return 0;
}

std::size_t AccessRecord(const Policy& policy, const Event& event, const Decision& decision,
                         bool success_audit, std::span<char> room) noexcept {
  if (!IsRecorded(decision, success_audit)) return Writer(room).Finish();
  Subject about;
  about.dialect = policy.features();
  about.policy = &policy;
  about.event = &event;
  about.decision = &decision;
  about.enforcing = event.enforcing;
  return PutRecord(about, Record::Access, room);
}

std::size_t LoadRecord(Features dialect, const PolicyIdentity& loaded, const Actor& actor,
                       std::span<char> room) noexcept {
  Subject about;
  about.dialect = dialect;
  about.loaded = &loaded;
  about.actor = actor;
  return PutRecord(about, Record::Load, room);
}

std::size_t FailedLoadRecord(Features dialect, std::int32_t error, const Actor& actor,
                             std::span<char> room) noexcept {
  Subject about;
  about.dialect = dialect;
  about.error = error;
  about.actor = actor;
  return PutRecord(about, Record::FailedLoad, room);
}

std::size_t ActivationRecord(Features dialect, const PolicyIdentity* old_policy,
                             const PolicyIdentity& new_policy, const Actor& actor,
                             std::span<char> room) noexcept {
  Subject about;
  about.dialect = dialect;
  about.loaded = &new_policy;
  about.old_policy = old_policy;
  about.actor = actor;
  return PutRecord(about, Record::Activation, room);
}

std::size_t ModeRecord(Features dialect, bool enforcing, bool old_enforcing, const Actor& actor,
                       std::span<char> room) noexcept {
  Subject about;
  about.dialect = dialect;
  about.enforcing = enforcing;
  about.old_enforcing = old_enforcing;
  about.actor = actor;
  return PutRecord(about, Record::Mode, room);
}

std::size_t ModeRecordCount(Features dialect) noexcept {
  const bool is_single = FamilyOf(dialect) == Family::Context || Has(dialect, kSingleModeRecord);
  return is_single ? 1 : 2;
}

}  // namespace ipec::runtime
