#pragma once

// The body of one record: fields from left to right, by the rows of shapes.def and fields.def.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "compiler/records/record.h"
#include "compiler/records/tally.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::records {

struct Shape;

// How a line was read.
struct Outcome {
  // Noticed: the line tells of records that are missing.
  enum class Kind : std::uint8_t { Taken, Ignored, Noticed, Broken };
  Kind kind = Kind::Taken;
  Trouble trouble = Trouble::Malformed;
  llvm::StringRef field;  // of a broken line; valid as long as the line
};

inline Outcome Taken() {
  return {};
}
inline Outcome Ignored() {
  return {Outcome::Kind::Ignored, {}, {}};
}
inline Outcome Broken(Trouble trouble, llvm::StringRef field = {}) {
  return {Outcome::Kind::Broken, trouble, field};
}

// Where the value of a field goes.
enum class Slot : std::uint8_t {
  Operation,
  Hook,
  Enforcing,
  OldEnforcing,
  Permissive,
  ModeWord,
  Pid,
  ParentPid,
  Comm,
  Path,
  Device,
  Inode,
  Rule,
  PolicyName,
  Version,
  Digest,
  OldName,
  OldVersion,
  OldDigest,
  Lsm,
  Result,
  Error,
  Number,
  Executable,
  Title,
};
inline constexpr std::size_t kSlots = 25;

class BodyReader {
 public:
  // Sets `body` and `dialect` of `record`. `number` is the type; 0 if the body has none. Views are
  // valid until the next call.
  Outcome Read(std::uint32_t number, llvm::StringRef body, Record& record);

 private:
  // `value` is empty if the field is absent or its value is `?`.
  struct Value {
    bool is_there = false;
    std::optional<llvm::StringRef> value;
  };

  Outcome Scan(Type type, llvm::StringRef body);
  Outcome ReadTitle(llvm::StringRef body);

  const Value& operator[](Slot slot) const { return values_[support::IndexOf(slot)]; }
  llvm::StringRef Text(Slot slot) const { return (*this)[slot].value.value_or(""); }

  Outcome Build(const Shape& shape, Record& record);
  Outcome BuildAccess(Dialect dialect, Record& record);
  Outcome BuildActivation(Record& record);
  Outcome BuildLoad(Dialect dialect, Record& record);
  Outcome BuildMode(Record& record);
  Outcome BuildSystemCall(Record& record);

  Outcome SetFile(Dialect dialect, Access& access);
  Outcome SetPolicy(Slot name, Slot version, Slot digest, std::optional<PolicyName>& policy);
  Outcome SetFlag(Slot slot, std::optional<bool>& flag);
  Outcome SetNumber(Slot slot, std::optional<std::uint64_t>& number);

  std::array<Value, kSlots> values_;
  std::array<std::string, kSlots> decoded_;  // capacities are kept
  std::string title_;
};

}  // namespace ipec::records
